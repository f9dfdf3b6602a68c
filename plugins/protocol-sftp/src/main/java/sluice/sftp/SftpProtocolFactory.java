package sluice.sftp;

import java.util.Set;
import org.pf4j.Extension;
import sluice.api.SessionKey;
import sluice.api.protocol.Protocol;
import sluice.api.protocol.ProtocolFactory;

/**
 * The protocol {@code sftp}: SSH servers behind one address, host keys and encryption untouched.
 */
@Extension
public final class SftpProtocolFactory implements ProtocolFactory<SftpOptions> {

  @Override
  public String name() {
    return "sftp";
  }

  @Override
  public Class<SftpOptions> optionsType() {
    return SftpOptions.class;
  }

  @Override
  public Transport transport() {
    return Transport.STREAM;
  }

  @Override
  public Set<SessionKey<?>> keys() {
    return Set.of(SessionKey.CLIENT_SOFTWARE);
  }

  @Override
  public Protocol create(SftpOptions options) {
    return new SftpProtocol(options);
  }
}
