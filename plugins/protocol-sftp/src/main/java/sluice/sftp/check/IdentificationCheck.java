package sluice.sftp.check;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import sluice.api.Backend;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.sftp.wire.Identification;

/**
 * Waits for the server's identification line and takes leave with an identification of its own and
 * SSH_MSG_DISCONNECT "by application": OpenSSH writes no error line for that, as it does for a
 * connection that is just closed.
 */
final class IdentificationCheck implements HealthCheck {

  @Override
  public Health probe(Backend backend, Duration timeout) throws IOException {
    Deadline deadline = Deadline.in(timeout);
    InetSocketAddress address = backend.address();
    // A channel's socket, because its waits end when the probe is interrupted.
    try (Socket socket = SocketChannel.open().socket()) {
      if (backend.source().isPresent()) {
        socket.bind(new InetSocketAddress(backend.source().get(), 0));
      }
      long begin = System.nanoTime();
      try {
        socket.connect(address, deadline.leftMillis());
      } catch (SocketTimeoutException e) {
        return Health.down("no connection within " + timeout.toMillis() + " ms");
      } catch (ConnectException e) {
        return Health.down("no connection: " + e.getMessage());
      }
      Identification identification = Identification.ofServer();
      String ending = read(socket, identification, deadline, timeout);
      if (identification.state() != Identification.State.FOUND) {
        return Health.down(
            "expected an SSH identification line, but the server "
                + identification.problem(ending));
      }
      Duration latency = Duration.ofNanos(System.nanoTime() - begin);
      leave(socket, deadline);
      return Health.up(identification.line()).withLatency(latency);
    }
  }

  /** Reads until the identification is decided, or says how the stream ended before. */
  private static String read(
      Socket socket, Identification identification, Deadline deadline, Duration timeout)
      throws IOException {
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[1024];
    try {
      while (identification.state() == Identification.State.INCOMPLETE) {
        socket.setSoTimeout(deadline.leftMillis());
        int count = in.read(buffer);
        if (count < 0) {
          return "closed the connection";
        }
        for (int i = 0; i < count; i++) {
          identification.feed(buffer[i]);
        }
      }
      return "";
    } catch (SocketTimeoutException e) {
      return "sent none within " + timeout.toMillis() + " ms";
    } catch (IOException e) {
      return "broke the connection (" + e.getMessage() + ")";
    }
  }

  /**
   * Says good-bye and lets the server close first: what it has sent meanwhile (its key exchange
   * offer) must be read, or the close would be a reset. The result stands, whatever happens here.
   */
  private static void leave(Socket socket, Deadline deadline) {
    try {
      socket.getOutputStream().write(Farewell.words());
      socket.shutdownOutput();
      byte[] buffer = new byte[4096];
      do {
        socket.setSoTimeout(Math.min(deadline.leftMillis(), Farewell.PATIENCE_MILLIS));
      } while (socket.getInputStream().read(buffer) >= 0 && !deadline.over());
    } catch (IOException e) {
      // The server has left in its own way.
    }
  }
}
