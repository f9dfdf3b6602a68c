package sluice.core.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import sluice.api.PortRanges;
import sluice.api.Side;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataLeg;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.ServerTls;
import sluice.api.protocol.SideTls;
import sluice.api.protocol.StreamProtocol;
import sluice.api.protocol.StreamSession;
import sluice.api.protocol.TlsFacts;

/**
 * A protocol with TLS on both sides. To the client's line {@code DATA port} it answers {@code PORT
 * n}, joins what comes there with that port of the backend, and then says {@code END} and how it
 * was. {@code CCC} ends TLS.
 */
record TlsGate(Optional<ServerTls> towardsClient, Optional<ClientTls> towardsBackend, Log log)
    implements StreamProtocol {

  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** What happened, for tests to look at. */
  static final class Log {
    final BlockingQueue<TlsFacts> client = new LinkedBlockingQueue<>();
    final BlockingQueue<TlsFacts> backend = new LinkedBlockingQueue<>();
    final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
  }

  @Override
  public void accept(StreamSession session) {
    SideTls tls = towardsClient.map(session::tls).orElse(null);
    if (tls == null) {
      toBackend(session, null);
    } else {
      tls.start()
          .addListener(
              (Future<TlsFacts> done) -> {
                if (done.isSuccess()) {
                  log.client.add(done.getNow());
                  toBackend(session, tls);
                } else {
                  log.failures.add(done.cause().getMessage());
                }
              });
      session.client().config().setAutoRead(true);
    }
  }

  private void toBackend(StreamSession session, SideTls clientTls) {
    session.connect(
        new BackendConnector() {
          @Override
          public void connected(BackendLink link) {
            SideTls tls = towardsBackend.map(link::tls).orElse(null);
            lines(
                link.channel(),
                line -> {
                  link.answered();
                  listen(session, clientTls, tls);
                  write(session.client(), line);
                });
            if (tls != null) {
              tls.start()
                  .addListener(
                      (Future<TlsFacts> done) -> {
                        if (done.isSuccess()) {
                          log.backend.add(done.getNow());
                        } else {
                          log.failures.add(done.cause().getMessage());
                        }
                      });
            }
            link.channel().config().setAutoRead(true);
          }

          @Override
          public void refused(Refusal refusal) {
            session.end(Outcome.refused(refusal));
          }
        });
  }

  private void listen(StreamSession session, SideTls clientTls, SideTls backendTls) {
    lines(
        session.client(),
        line -> {
          if (line.startsWith("DATA ")) {
            int port = Integer.parseInt(line.substring(5));
            DataLeg client = DataLeg.expect(LOOPBACK, PortRanges.ANY, LOOPBACK);
            DataLeg backend = DataLeg.dial(new InetSocketAddress(LOOPBACK, port), LOOPBACK);
            session
                .open(
                    DataPlan.of(
                        clientTls == null ? client : client.withTls(clientTls),
                        backendTls == null ? backend : backend.withTls(backendTls)),
                    events(session))
                .joinWithin(Duration.ofSeconds(8));
          } else if (line.equals("CCC")) {
            write(session.client(), "200");
            clientTls.stop().addListener(done -> write(session.client(), "in clear"));
          } else {
            write(session.client(), "echo " + line);
          }
        });
    session.client().config().setAutoRead(true);
  }

  private DataEvents events(StreamSession session) {
    return new DataEvents() {
      @Override
      public void ready(DataConnection data) {
        data.beginTls();
        write(session.client(), "PORT " + data.listening(Side.CLIENT).getPort());
      }

      @Override
      public void ended(DataConnection data, Outcome outcome) {
        data.tls(Side.CLIENT).ifPresent(log.client::add);
        data.tls(Side.BACKEND).ifPresent(log.backend::add);
        write(
            session.client(),
            "END "
                + data.bytesFrom(Side.CLIENT)
                + " "
                + data.bytesFrom(Side.BACKEND)
                + " "
                + outcome);
      }
    };
  }

  private static void write(Channel channel, String line) {
    channel.writeAndFlush(Unpooled.copiedBuffer(line + "\n", StandardCharsets.US_ASCII));
  }

  private static void lines(Channel channel, Consumer<String> action) {
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              private final StringBuilder text = new StringBuilder();

              @Override
              public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ByteBuf bytes = (ByteBuf) msg;
                text.append(bytes.toString(StandardCharsets.US_ASCII));
                bytes.release();
                for (int end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
                  String line = text.substring(0, end);
                  text.delete(0, end + 1);
                  action.accept(line);
                }
              }
            });
  }
}
