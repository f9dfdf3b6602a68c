package sluice.ftp.session;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.Optional;
import javax.net.ssl.SSLException;
import sluice.api.protocol.SideTls;
import sluice.api.protocol.TlsFacts;

/** TLS of a side that encrypts nothing; the test decides about its handshake. */
final class FakeTls implements SideTls {

  private final EmbeddedChannel channel;
  private Promise<TlsFacts> started;
  private Promise<Void> stopped;

  FakeTls(EmbeddedChannel channel) {
    this.channel = channel;
  }

  @Override
  public Future<TlsFacts> start() {
    if (started != null) {
      throw new IllegalStateException("begun before");
    }
    started = channel.eventLoop().newPromise();
    return started;
  }

  @Override
  public Future<Void> stop() {
    stopped = channel.eventLoop().newPromise();
    return stopped;
  }

  boolean begun() {
    return started != null;
  }

  boolean ending() {
    return stopped != null;
  }

  void done() {
    started.setSuccess(new TlsFacts("TLSv1.3", "TLS_X", false, Optional.empty(), Optional.empty()));
    channel.runPendingTasks();
  }

  void fail(String why) {
    started.setFailure(new SSLException(why));
    channel.runPendingTasks();
  }

  void ended() {
    stopped.setSuccess(null);
    channel.runPendingTasks();
  }
}
