package sluice.core.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The control socket: HTTP/1.1 with JSON over a Unix-domain socket that only its owner may connect
 * to. It has a thread of its own, so that it answers whatever the event loops are busy with.
 */
public final class ControlServer implements AutoCloseable {

  /** What the system takes for a socket's path, without the final zero. */
  private static final int LONGEST_PATH = 107;

  private final Path socket;
  private final EventLoopGroup loop;
  private final Channel channel;

  private ControlServer(Path socket, EventLoopGroup loop, Channel channel) {
    this.socket = socket;
    this.loop = loop;
    this.channel = channel;
  }

  /**
   * Begins to listen.
   *
   * @param socket where, absolute; the caller has its {@link Instance}, so a socket file that is
   *     there was left by a gateway that died, and is replaced
   * @param operations what is asked
   * @param stopTimeout how long a stop may take, for the answer to it
   * @throws ControlException if the path cannot be used, with what to do
   */
  public static ControlServer start(Path socket, Operations operations, Duration stopTimeout)
      throws IOException {
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("control", true), NioIoHandler.newFactory());
    try {
      ServerBootstrap bootstrap =
          new ServerBootstrap()
              .group(loop)
              .channel(NioServerDomainSocketChannel.class)
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                      client
                          .pipeline()
                          .addLast(
                              new ReadTimeoutHandler(60, TimeUnit.SECONDS),
                              new HttpServerCodec(),
                              new HttpObjectAggregator(64 * 1024),
                              new ControlHandler(operations, stopTimeout));
                    }
                  });
      return new ControlServer(socket, loop, bind(bootstrap, socket));
    } catch (IOException e) {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw e;
    }
  }

  /**
   * Binds in a folder that nobody else may enter, sets the socket's mode, and moves it to its
   * place: at no moment can others connect.
   */
  private static Channel bind(ServerBootstrap bootstrap, Path socket) throws IOException {
    Path folder = socket.resolveSibling(".c" + Long.toString(ProcessHandle.current().pid(), 36));
    Path inside = folder.resolve("s");
    for (Path path : new Path[] {socket, inside}) {
      int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
      if (length > LONGEST_PATH) {
        throw new ControlException(
            "the path of the control socket, "
                + socket
                + ", is too long: the system takes "
                + LONGEST_PATH
                + " bytes. Set control.socket in the descriptor to a shorter one, for example"
                + " /run/sluice/gateway.sock");
      }
    }
    Files.deleteIfExists(inside);
    Files.deleteIfExists(folder);
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      Channel channel;
      try {
        channel = bootstrap.bind(UnixDomainSocketAddress.of(inside)).sync().channel();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ControlException("interrupted while binding the control socket", e);
      }
      Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rw-------"));
      Files.move(inside, socket, StandardCopyOption.ATOMIC_MOVE);
      return channel;
    } finally {
      Files.deleteIfExists(inside);
      Files.deleteIfExists(folder);
    }
  }

  /** Stops listening, and removes the socket. */
  @Override
  public void close() throws IOException {
    channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    Files.deleteIfExists(socket);
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
