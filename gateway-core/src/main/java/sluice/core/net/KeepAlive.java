package sluice.core.net;

import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/**
 * When the system looks whether the other end of a silent TCP connection is still there (RFC 9293
 * section 3.8.4). It keeps the entries of NATs and firewalls on the way alive, and ends connections
 * whose other end is gone.
 *
 * @param idle how long a connection is silent before the first probe; zero for no probes
 * @param interval between probes that are not answered
 * @param probes unanswered ones after which the connection is dead
 */
public record KeepAlive(Duration idle, Duration interval, int probes) {

  /** No probes. */
  public static final KeepAlive OFF = new KeepAlive(Duration.ZERO, Duration.ofSeconds(1), 1);

  /** Sets it on a connection. Systems that know no intervals use their own. */
  void set(SocketChannel channel, Transport transport) {
    if (idle.isZero()) {
      return;
    }
    channel.config().setKeepAlive(true);
    if (transport == Transport.EPOLL) {
      set(channel, EpollChannelOption.TCP_KEEPIDLE, seconds(idle));
      set(channel, EpollChannelOption.TCP_KEEPINTVL, seconds(interval));
      set(channel, EpollChannelOption.TCP_KEEPCNT, probes);
    } else {
      set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), seconds(idle));
      set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), seconds(interval));
      set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), probes);
    }
  }

  private static void set(SocketChannel channel, ChannelOption<Integer> option, int value) {
    channel.config().setOption(option, value);
  }

  private static int seconds(Duration duration) {
    return (int) Math.max(1, duration.toSeconds());
  }
}
