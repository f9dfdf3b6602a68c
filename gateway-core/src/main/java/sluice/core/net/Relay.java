package sluice.core.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import sluice.api.Side;

/**
 * Moves bytes between two connections in both directions, without looking at them, until both
 * streams have ended. Back-pressure: a side is read again when the other has taken what was read.
 * Half-close is carried over, and so is a reset: a broken stream never looks like a whole one.
 *
 * <p>Both channels are on one loop, and everything happens on it.
 */
public final class Relay {

  /** Told what happens, on the loop. */
  public interface Events {

    /** Bytes were read from a side. */
    void moved(Side from, int bytes);

    /** A side's stream has ended, and all of it and its end were handed to the other's socket. */
    void delivered(Side from);

    /**
     * It is over and both channels are closed, or being closed. Told once.
     *
     * @param by the side that broke its connection; null if both streams ended as they should
     * @param cause what was seen; null if there was nothing wrong
     */
    void ended(Side by, Throwable cause);
  }

  static final String LEFT = "it left before it had got everything";

  private static final long TAKE_MILLIS = 1000;

  private final SocketChannel client;
  private final SocketChannel backend;
  private final Events events;
  private final Set<Side> delivered = EnumSet.noneOf(Side.class);
  private final Set<Side> gone = EnumSet.noneOf(Side.class);
  private long fromClient;
  private long fromBackend;
  private boolean over;

  private Relay(SocketChannel client, SocketChannel backend, Events events) {
    this.client = client;
    this.backend = backend;
    this.events = events;
  }

  /** Starts to relay; called on the loop of both channels, whose pipelines have nothing but TLS. */
  public static Relay start(SocketChannel client, SocketChannel backend, Events events) {
    Relay relay = between(client, backend, events);
    relay.begin();
    return relay;
  }

  /** A relay that is still to {@link #begin}, for events that need to know it. */
  public static Relay between(SocketChannel client, SocketChannel backend, Events events) {
    return new Relay(client, backend, events);
  }

  /** Starts; what has come already is relayed, and told, before this returns. */
  public void begin() {
    client.pipeline().addLast(new RelayHandler(this, Side.CLIENT, backend));
    backend.pipeline().addLast(new RelayHandler(this, Side.BACKEND, client));
    RelayHandler.begin(client);
    RelayHandler.begin(backend);
  }

  void moved(Side from, int bytes) {
    if (from == Side.CLIENT) {
      fromClient += bytes;
    } else {
      fromBackend += bytes;
    }
    events.moved(from, bytes);
    if (bytes > 0 && gone(from.other())) {
      end(from.other(), new IOException(LEFT));
    }
  }

  private boolean silent(Side side) {
    return (side == Side.CLIENT ? fromClient : fromBackend) == 0;
  }

  private SocketChannel channel(Side side) {
    return side == Side.CLIENT ? client : backend;
  }

  /** Whether all that mattered was the other side's stream, which has ended and is delivered. */
  boolean needsNothingFrom(Side side) {
    return silent(side) && delivered.contains(side.other());
  }

  /**
   * Whether a side is a client that fetches: nothing of its own stream matters, and so not how it
   * ends either. Of a backend only its end shows whether it has taken what was sent.
   */
  boolean onlyReceives(Side side) {
    return side == Side.CLIENT && silent(Side.CLIENT) && !silent(Side.BACKEND);
  }

  /** Whether a side went away after its stream had ended, with nothing that it would have read. */
  boolean gone(Side side) {
    return gone.contains(side);
  }

  /** Whether a side has ended its own stream as it should. */
  boolean ended(Side side) {
    return delivered.contains(side);
  }

  void delivered(Side from) {
    if (over) {
      return;
    }
    delivered.add(from);
    events.delivered(from);
    if (delivered.size() == 2) {
      end(null, null);
    }
  }

  void broken(Side by, Throwable cause) {
    if (over || gone(by)) {
      return;
    }
    if (needsNothingFrom(by)) {
      end(null, null);
    } else if (delivered.contains(by) && (silent(by.other()) || cause == null)) {
      // It left without waiting for an end that has nothing to say, or for the end of what it has
      // got: had it not taken something, that would be told as the cause. A reset of the other side
      // could cost it what is still on its way there.
      gone.add(by);
      channel(by).close();
    } else {
      end(by, cause);
    }
  }

  /**
   * Under TLS, answers a side's end of its stream with ours, for which many peers wait before they
   * say that a transfer is done. Does nothing if there is more for that side to come.
   */
  public void acknowledge(Side side) {
    Secured secured = Secured.of(channel(side));
    if (!over && secured != null && silent(side.other()) && channel(side).isOpen()) {
      secured.endOutput();
    }
  }

  /** Closes both sides in the ordinary way; {@link Events#ended} is not told any more. */
  public void close() {
    if (!over) {
      over = true;
      client.close();
      backend.close();
    }
  }

  /** Resets both sides at once; {@link Events#ended} is not told any more. */
  public void abort() {
    if (!over) {
      over = true;
      reset(client);
      reset(backend);
    }
  }

  private void end(Side by, Throwable cause) {
    if (over) {
      return;
    }
    over = true;
    if (by == null) {
      client.close();
      backend.close();
    } else {
      reset(channel(by));
      resetWhenTaken(channel(by.other()));
    }
    events.ended(by, cause);
  }

  /** Whether it has ended: what still comes is of no use to anyone. */
  boolean over() {
    return over;
  }

  /**
   * Resets a side after a moment in which it may take what was read for it. Who leaves in a hurry,
   * without reading the other's last words, has often said all there was to say: clients of TLS 1.3
   * end uploads like that, with the server's tickets unread.
   */
  private static void resetWhenTaken(SocketChannel channel) {
    if (channel.isOpen()) {
      channel.config().setAutoRead(false);
      channel.flush();
      channel.eventLoop().schedule(() -> reset(channel), TAKE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** A reset instead of an ordinary end, so that the peer does not take a part for the whole. */
  public static void reset(SocketChannel channel) {
    if (channel.isOpen()) {
      try {
        channel.config().setSoLinger(0);
      } catch (io.netty.channel.ChannelException e) {
        // The peer has reset it already: there is nobody to tell.
      }
      // Below TLS, which would otherwise first say that the stream has ended as it should.
      ChannelHandlerContext lowest = channel.pipeline().firstContext();
      if (lowest == null) {
        channel.close();
      } else {
        lowest.close();
      }
    }
  }
}
