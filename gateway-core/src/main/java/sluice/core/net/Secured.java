package sluice.core.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.AttributeKey;

/**
 * What the relay and the closing of connections have to know of a channel whose bytes are under
 * TLS: there a stream has an end of its own, inside TLS. On the channel's loop.
 */
public interface Secured {

  /** Where a channel has it. */
  AttributeKey<Secured> KEY = AttributeKey.valueOf(Secured.class, "secured");

  /** That of a channel, or null if its bytes are plain. */
  static Secured of(Channel channel) {
    return channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
  }

  /** Ends our stream, after all that was written; the socket stays open. May be called again. */
  ChannelFuture endOutput();

  /** Whether an event of the pipeline is the peer's end of its stream. */
  boolean isEnd(Object event);

  /** Whether a socket that ends without such an end has broken the stream. */
  boolean strict();
}
