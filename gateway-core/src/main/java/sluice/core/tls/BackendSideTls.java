package sluice.core.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;
import sluice.api.protocol.TlsFacts;

/** TLS towards a backend, of which the gateway is the client. */
public final class BackendSideTls extends ControlTls {

  /**
   * Sessions of TLS are remembered by host and port of the peer. The port of data connections
   * differs from that of the control connection, so all have one that is not real, and that no
   * other session of the gateway has: servers take only the session of their own control
   * connection.
   */
  private static final int FIRST_PORT = 1_000_000;

  private final ClientContext client;
  private final SslContext context;
  private final LastSession last;
  private final String host;
  private final int port;

  /**
   * @param channel the control connection
   * @param host of the backend, as the descriptor has it
   * @param listener told of its handshake
   */
  public BackendSideTls(
      TlsContexts all, ClientContext client, Channel channel, String host, Listener listener) {
    this(all.nextSession(), client, channel, host, listener);
  }

  private BackendSideTls(
      int number, ClientContext client, Channel channel, String host, Listener listener) {
    super(channel, client.provider(), number, listener);
    this.client = client;
    this.context = client.get();
    this.last = client.provider() == Provider.OPENSSL ? new LastSession() : null;
    if (last != null) {
      channel.closeFuture().addListener(closed -> last.close());
    }
    this.host = client.spec().serverName().orElse(host);
    this.port = FIRST_PORT + number;
  }

  @Override
  TlsStream begin(Channel control) {
    return TlsStream.connect(control, true, context, host, port, true, HANDSHAKE_MILLIS, last);
  }

  @Override
  TlsStream beginData(Channel data) {
    return TlsStream.connect(
        data, false, context, host, port, client.spec().requireCloseNotify(), 0, last);
  }

  @Override
  public boolean begins() {
    return true;
  }

  @Override
  Optional<String> refusal(TlsFacts facts, boolean mayBeOurs) {
    return Optional.empty();
  }
}
