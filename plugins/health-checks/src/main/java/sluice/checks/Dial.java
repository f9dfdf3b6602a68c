package sluice.checks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import sluice.api.Backend;

/** A connection to a backend, and the time that is left for it. */
final class Dial implements AutoCloseable {

  private static final Duration LEAVE = Duration.ofMillis(200);

  private final Socket socket;
  private final long end;

  private Dial(Socket socket, long end) {
    this.socket = socket;
    this.end = end;
  }

  /**
   * Connects.
   *
   * @throws IOException if that does not work within the time
   */
  static Dial to(Backend backend, Duration timeout) throws IOException {
    long end = System.nanoTime() + timeout.toNanos();
    // The socket of a channel, unlike others, hears interrupts while it waits.
    SocketChannel channel = SocketChannel.open();
    Dial dial = new Dial(channel.socket(), end);
    try {
      Optional<InetAddress> source = backend.source();
      if (source.isPresent()) {
        channel.bind(new InetSocketAddress(source.get(), 0));
      }
      InetSocketAddress address = backend.address();
      dial.socket.connect(address, dial.millisLeft());
      return dial;
    } catch (IOException | RuntimeException e) {
      dial.close();
      throw e;
    }
  }

  Socket socket() {
    return socket;
  }

  /** How long may still be waited: at least 1. */
  int millisLeft() throws SocketTimeoutException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new SocketTimeoutException("no time is left");
    }
    return (int) Math.min(left, Integer.MAX_VALUE);
  }

  /**
   * Says good-bye: ends the stream and takes what the server still says, for a moment. To close
   * with a greeting unread would be a reset, which some servers log as an error.
   */
  void leave() {
    long until = Math.min(end, System.nanoTime() + LEAVE.toNanos());
    byte[] ignored = new byte[1024];
    try {
      socket.shutdownOutput();
      for (int n = 0; n >= 0; n = socket.getInputStream().read(ignored)) {
        long left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return;
        }
        socket.setSoTimeout((int) left);
      }
    } catch (IOException e) {
      // The server says no more, or has gone: it was up, and that was the question.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
