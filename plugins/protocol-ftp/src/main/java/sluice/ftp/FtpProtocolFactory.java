package sluice.ftp;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.pf4j.Extension;
import sluice.api.SessionKey;
import sluice.api.protocol.Protocol;
import sluice.api.protocol.ProtocolFactory;
import sluice.api.protocol.StaticPorts;
import sluice.ftp.login.LoginKeys;
import sluice.ftp.session.FtpOptions;
import sluice.ftp.session.FtpProtocol;

/** FTP (RFC 959, 2428, 2389, 3659) and FTPS (RFC 4217) between clients and a pool's servers. */
@Extension
public final class FtpProtocolFactory implements ProtocolFactory<FtpOptions> {

  @Override
  public String name() {
    return "ftp";
  }

  @Override
  public Class<FtpOptions> optionsType() {
    return FtpOptions.class;
  }

  @Override
  public Transport transport() {
    return Transport.STREAM;
  }

  @Override
  public Set<SessionKey<?>> keys() {
    return Set.of(
        SessionKey.USER,
        SessionKey.SERVER_NAME,
        LoginKeys.HOST,
        SessionKey.CLIENT_SOFTWARE,
        SessionKey.CERTIFICATE_SUBJECT,
        SessionKey.TLS,
        SessionKey.BACKEND_TLS);
  }

  @Override
  public Set<SessionKey<?>> keysAtChoice(FtpOptions options) {
    return options.keysAtChoice();
  }

  @Override
  public Optional<StaticPorts> staticPorts(FtpOptions options) {
    return options.staticPorts();
  }

  @Override
  public OptionalInt sourcePort(FtpOptions options, int listenerPort) {
    return options.sourcePort(listenerPort);
  }

  @Override
  public Protocol create(FtpOptions options) {
    return new FtpProtocol(options);
  }
}
