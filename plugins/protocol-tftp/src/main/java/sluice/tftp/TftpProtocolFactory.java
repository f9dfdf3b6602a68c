package sluice.tftp;

import java.util.Set;
import org.pf4j.Extension;
import sluice.api.SessionKey;
import sluice.api.protocol.DatagramProtocol;
import sluice.api.protocol.Protocol;
import sluice.api.protocol.ProtocolFactory;
import sluice.tftp.hot.HotRead;

/** The protocol {@code tftp}. */
@Extension
public final class TftpProtocolFactory implements ProtocolFactory<TftpOptions> {

  @Override
  public String name() {
    return "tftp";
  }

  @Override
  public Class<TftpOptions> optionsType() {
    return TftpOptions.class;
  }

  @Override
  public Transport transport() {
    return Transport.DATAGRAM;
  }

  @Override
  public Set<SessionKey<?>> keys() {
    return Set.of(SessionKey.FILE, HotRead.HOT);
  }

  @Override
  public Protocol create(TftpOptions options) {
    Policy policy = new Policy(options);
    DatagramProtocol protocol = listener -> new TftpListener(listener, policy, System::nanoTime);
    return protocol;
  }
}
