package sluice.core.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import sluice.api.Backend;
import sluice.api.SessionKey;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.SideTls;
import sluice.core.net.LocalAddress;
import sluice.core.net.Network;
import sluice.core.net.Secured;
import sluice.core.pool.Lease;
import sluice.core.pool.Pool;
import sluice.core.tls.BackendSideTls;
import sluice.core.tls.TlsContexts;
import sluice.core.tls.TlsProblem;

/** One attempt to be served by one backend. On the session's loop. */
final class Attempt implements BackendLink {

  private enum State {
    CONNECTING,
    WAITING,
    ANSWERED,
    OVER
  }

  private final Attempts attempts;
  private final Lease lease;
  private final long dialledAt = System.nanoTime();
  private State state = State.CONNECTING;
  private InetSocketAddress address;
  private Optional<LocalAddress> source = Optional.empty();
  private Channel channel;

  /** Holds the PROXY header back until it is due; else null. */
  private HeaderFirst headerFirst;

  /** For the name, then for the answer. */
  private Future<?> timer;

  Attempt(Attempts attempts, Lease lease) {
    this.attempts = attempts;
    this.lease = lease;
  }

  Lease lease() {
    return lease;
  }

  void dial() {
    Duration timeout = attempts.pool().connectTimeout();
    attempts
        .session()
        .scope()
        .network()
        .resolve(
            attempts.session().eventLoop(),
            lease.backend().host(),
            lease.backend()::address,
            (resolved, problem) -> {
              if (state != State.CONNECTING) {
                return;
              }
              cancelTimer();
              if (problem != null) {
                fail("its name cannot be resolved: " + Failures.text(problem));
                return;
              }
              address = dialled(resolved);
              connectTo(address, timeout);
            });
    if (address == null && state == State.CONNECTING) {
      // Name servers that say nothing are waited for no longer than a backend that does.
      failAfter(timeout, "its name was not resolved within " + timeout.toMillis() + " ms");
    }
  }

  /** A backend without a port of its own has the one that the client dialled. */
  private InetSocketAddress dialled(InetSocketAddress resolved) {
    return resolved.getPort() != 0
        ? resolved
        : new InetSocketAddress(
            resolved.getAddress(), attempts.session().dialledAddress().getPort());
  }

  private void connectTo(InetSocketAddress resolved, Duration timeout) {
    ChannelFuture future;
    try {
      source = source(resolved.getAddress());
      future = attempts.session().dial(resolved, source, timeout);
    } catch (IOException e) {
      fail(Failures.text(e));
      return;
    } catch (ChannelException e) {
      fail(Network.problem(e));
      return;
    }
    channel = future.channel();
    future.addListener(
        done -> {
          if (state != State.CONNECTING) {
            channel.close();
          } else if (future.isSuccess()) {
            connected();
          } else {
            fail(Failures.text(future.cause()));
          }
        });
  }

  private Optional<LocalAddress> source(InetAddress remote) throws IOException {
    return pool()
        .source(attempts.session(), remote)
        .map(
            found ->
                new LocalAddress(
                    found.address(),
                    switch (found.kind()) {
                      case OWN -> LocalAddress.Kind.OWN;
                      case MAPPED -> LocalAddress.Kind.ROUTED;
                      case CLIENT -> LocalAddress.Kind.FOREIGN;
                    }));
  }

  /** How to leave from an address: as the backend's connection does, if it is the same. */
  LocalAddress local(InetAddress wanted) {
    return source
        .filter(own -> own.address().equals(wanted))
        .orElseGet(() -> LocalAddress.own(wanted));
  }

  Pool pool() {
    return attempts.pool();
  }

  private void connected() {
    state = State.WAITING;
    LiveSession session = attempts.session();
    Duration limit = attempts.pool().answerTimeout();
    failAfter(limit, "no answer within " + limit.toMillis() + " ms");
    session.prepare(this);
    // Two hops, so that the handlers of the protocol see what came last, and the end, before us.
    channel
        .closeFuture()
        .addListener(
            closed ->
                session
                    .eventLoop()
                    .execute(
                        () -> session.eventLoop().execute(() -> fail("it closed the connection"))));
    attempts.connector().connected(this);
    if (Secured.of(channel) == null) {
      sendHeader();
    }
  }

  /** Tells the backend who the client is, where the pool wants that to be told. */
  void announce(ByteBuf header) {
    if (pool().proxyWithinTls()) {
      headerFirst = HeaderFirst.on(channel, header);
    } else {
      channel.writeAndFlush(header);
    }
  }

  private void sendHeader() {
    if (headerFirst != null) {
      headerFirst.send();
      headerFirst = null;
    }
  }

  @Override
  public Backend backend() {
    return lease.backend();
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public SideTls tls(ClientTls spec) {
    LiveSession session = attempts.session();
    try {
      TlsContexts contexts = session.scope().tls();
      return new BackendSideTls(
          contexts,
          contexts.client(spec),
          channel,
          lease.backend().host(),
          (facts, then) -> {
            session.set(SessionKey.BACKEND_TLS, facts.toString());
            sendHeader();
            then.run();
          });
    } catch (TlsProblem e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public void answered() {
    if (state != State.WAITING) {
      return;
    }
    state = State.ANSWERED;
    cancelTimer();
    lease.answered(System.nanoTime() - dialledAt);
    attempts.session().answered(this);
  }

  @Override
  public void reject(String reason) {
    if (state == State.ANSWERED) {
      throw new IllegalStateException(lease + " has answered already");
    }
    fail(reason);
  }

  private void failAfter(Duration limit, String reason) {
    timer =
        attempts
            .session()
            .eventLoop()
            .schedule(() -> fail(reason), limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void fail(String reason) {
    if (state == State.ANSWERED || state == State.OVER) {
      return;
    }
    close();
    attempts.failed(this, reason);
  }

  /** The session ends. */
  void giveUp() {
    boolean answered = state == State.ANSWERED;
    if (!answered && state != State.OVER) {
      close();
      lease.close();
    }
  }

  private void close() {
    state = State.OVER;
    cancelTimer();
    if (channel != null) {
      channel.close();
    }
  }
}
