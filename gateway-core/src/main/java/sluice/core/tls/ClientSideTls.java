package sluice.core.tls;

import io.netty.channel.Channel;
import java.util.Optional;
import sluice.api.protocol.ServerTls;
import sluice.api.protocol.TlsFacts;

/** TLS towards a client, of which the gateway is the server. */
public final class ClientSideTls extends ControlTls {

  private final ServerContexts contexts;
  private ServerContexts.Pair chosen;

  /**
   * @param channel the control connection
   * @param listener told of its handshake
   */
  public ClientSideTls(
      TlsContexts all, ServerContexts contexts, Channel channel, Listener listener) {
    super(channel, contexts.provider(), all.nextSession(), listener);
    this.contexts = contexts;
  }

  @Override
  TlsStream begin(Channel control) {
    return TlsStream.accept(
        control,
        name -> {
          chosen = contexts.choose(name);
          return chosen.control();
        },
        HANDSHAKE_MILLIS);
  }

  @Override
  TlsStream beginData(Channel data) {
    // Those of the control connection, also if the files have changed since.
    ServerContexts.Pair pair = chosen == null ? contexts.choose(null) : chosen;
    return TlsStream.accept(data, pair.data(), contexts.spec().requireCloseNotify());
  }

  @Override
  public boolean begins() {
    return false;
  }

  @Override
  Optional<String> refusal(TlsFacts facts, boolean mayBeOurs) {
    if (contexts.spec().dataReuse() != ServerTls.DataReuse.REQUIRE) {
      return Optional.empty();
    }
    if (!facts.resumed()) {
      return Optional.of(
          "the data connection must resume the TLS session of the control connection, but made a"
              + " new one");
    }
    return mayBeOurs
        ? Optional.empty()
        : Optional.of(
            "the data connection must resume the TLS session of its own control connection, but"
                + " resumed another's");
  }
}
