package sluice.sftp;

import org.pf4j.Extension;
import sluice.api.protocol.Protocol;
import sluice.api.protocol.ProtocolFactory;

/**
 * The protocol {@code sftp}: SSH servers behind one address, host keys and encryption untouched.
 */
@Extension
public final class SftpProtocolFactory implements ProtocolFactory<SftpProtocolFactory.Options> {

  /** There is nothing to set yet. */
  public record Options() {}

  @Override
  public String name() {
    return "sftp";
  }

  @Override
  public Class<Options> optionsType() {
    return Options.class;
  }

  @Override
  public Transport transport() {
    return Transport.STREAM;
  }

  @Override
  public Protocol create(Options options) {
    return new SftpProtocol();
  }
}
