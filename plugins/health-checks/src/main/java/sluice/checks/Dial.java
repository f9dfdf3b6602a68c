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

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
