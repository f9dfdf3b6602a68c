package sluice.core.net;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** What moves the bytes. */
public enum Transport {
  /** Linux epoll. */
  EPOLL,
  /** The JDK's selectors, on every system. */
  NIO;

  /** The best that this system has. */
  public static Transport best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  /** Why epoll cannot be used here; null if it can. */
  public static Throwable epollUnavailable() {
    return Epoll.unavailabilityCause();
  }

  IoHandlerFactory ioHandlers() {
    return this == EPOLL ? SteadyEpoll.factory() : NioIoHandler.newFactory();
  }

  SocketChannel socket() {
    return this == EPOLL ? new EpollSocketChannel() : new NioSocketChannel();
  }

  ServerSocketChannel serverSocket() {
    return this == EPOLL ? new EpollServerSocketChannel() : new NioServerSocketChannel();
  }

  DatagramChannel datagram() {
    return this == EPOLL ? new EpollDatagramChannel() : new NioDatagramChannel();
  }

  /** Lower case, as status and logs write it. */
  @Override
  public String toString() {
    return this == EPOLL ? "epoll" : "nio";
  }
}
