package sluice.core.tls;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import sluice.api.protocol.SideTls;
import sluice.api.protocol.TlsFacts;

/**
 * TLS on one side of one session: its control connection and what makes its data connections belong
 * to it. On the session's loop.
 */
public abstract sealed class ControlTls implements SideTls permits ClientSideTls, BackendSideTls {

  /** Marks sessions of TLS in providers whose sessions keep values, with the session's mark. */
  private static final String MARK = "sluice.session.";

  static final long HANDSHAKE_MILLIS = 15_000;

  /** Told of the facts before anybody else. */
  public interface Listener {

    /**
     * The handshake is done.
     *
     * @param then tells everybody else; to be run once, now or later
     */
    void done(TlsFacts facts, Runnable then);
  }

  private final Channel channel;
  private final Provider provider;
  private final String mark;
  private final Listener listener;
  private TlsStream stream;

  ControlTls(Channel channel, Provider provider, int number, Listener listener) {
    this.channel = channel;
    this.provider = provider;
    this.mark = MARK + number;
    this.listener = listener;
  }

  abstract TlsStream begin(Channel control);

  abstract TlsStream beginData(Channel data);

  /** Whether the handshake of data connections is the gateway's to begin. */
  public abstract boolean begins();

  /** Why a data connection with these facts is refused; empty if it is not. */
  abstract Optional<String> refusal(TlsFacts facts, boolean mayBeOurs);

  @Override
  public final Future<TlsFacts> start() {
    if (stream != null) {
      throw new IllegalStateException("TLS was begun on this connection before");
    }
    stream = begin(channel);
    Promise<TlsFacts> started = channel.eventLoop().newPromise();
    stream
        .handshake()
        .addListener(
            (Future<SSLEngine> done) -> {
              if (!done.isSuccess()) {
                started.setFailure(done.cause());
                return;
              }
              SSLSession session = done.getNow().getSession();
              TlsFacts facts = facts(done.getNow(), stream);
              session.putValue(MARK, true);
              session.putValue(mark, true);
              channel.closeFuture().addListener(closed -> session.removeValue(mark));
              channel.closeFuture().addListener(closed -> started.tryFailure(gone()));
              listener.done(facts, () -> started.trySuccess(facts));
            });
    return started;
  }

  private static SSLException gone() {
    return new SSLException("it closed the connection");
  }

  @Override
  public final Future<Void> stop() {
    if (stream == null || !stream.handshake().isSuccess()) {
      throw new IllegalStateException("there is no TLS on this connection");
    }
    return stream.stop();
  }

  /**
   * Begins TLS on a data connection, below the handlers that it has.
   *
   * @return fails with a message for people; with a {@link Refused} if a rule refuses it
   */
  public final Future<TlsFacts> secure(Channel data) {
    TlsStream secured = beginData(data);
    Promise<TlsFacts> done = channel.eventLoop().newPromise();
    secured
        .handshake()
        .addListener(
            (Future<SSLEngine> handshake) -> {
              if (!handshake.isSuccess()) {
                done.setFailure(handshake.cause());
                return;
              }
              TlsFacts facts = facts(handshake.getNow(), secured);
              // Not every session keeps its marks; one without any may be ours.
              SSLSession session = handshake.getNow().getSession();
              boolean mayBeOurs = session.getValue(mark) != null || session.getValue(MARK) == null;
              Optional<String> refusal = refusal(facts, mayBeOurs);
              if (refusal.isPresent()) {
                done.setFailure(new Refused(refusal.get()));
              } else {
                done.setSuccess(facts);
              }
            });
    return done;
  }

  /** A rule of the descriptor refuses the connection. */
  public static final class Refused extends SSLException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message);
    }
  }

  private TlsFacts facts(SSLEngine engine, TlsStream of) {
    SSLSession session = engine.getSession();
    // The JDK does not say it, but its sessions keep the time when they were first made.
    boolean resumed =
        provider.resumed(engine).orElseGet(() -> session.getCreationTime() < of.begun());
    return new TlsFacts(
        session.getProtocol(),
        session.getCipherSuite(),
        resumed,
        Optional.ofNullable(of.serverName()),
        subject(session));
  }

  private static Optional<String> subject(SSLSession session) {
    try {
      Principal principal =
          ((X509Certificate) session.getPeerCertificates()[0]).getSubjectX500Principal();
      return Optional.of(((javax.security.auth.x500.X500Principal) principal).getName());
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}
