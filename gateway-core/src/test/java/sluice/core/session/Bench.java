package sluice.core.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Protocol;
import sluice.api.protocol.ProtocolFactory;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.StreamProtocol;
import sluice.api.protocol.StreamSession;
import sluice.core.Gateway;
import sluice.core.StartException;
import sluice.core.control.Status;
import sluice.core.descriptor.load.DescriptorLoader;
import sluice.core.plugins.Extensions;

/** A gateway with one listener and a protocol of the test's own. */
final class Bench implements AutoCloseable {

  record None() {}

  private final Gateway gateway;
  final List<Map<String, Object>> records;

  private Bench(Gateway gateway, List<Map<String, Object>> records) {
    this.gateway = gateway;
    this.records = records;
  }

  /**
   * Starts.
   *
   * @param listener further keys of the listener, in braces' inside form
   * @param pool further keys of the pool
   * @param backends addresses, named a, b, c...
   */
  static Bench start(Protocol protocol, String listener, String pool, InetSocketAddress... backends)
      throws StartException {
    return start("auto", protocol, listener, pool, backends);
  }

  static Bench start(
      String transport,
      Protocol protocol,
      String listener,
      String pool,
      InetSocketAddress... backends)
      throws StartException {
    return startWith("net: { transport: " + transport + " }", protocol, listener, pool, backends);
  }

  /**
   * The same with keys of the descriptor itself.
   *
   * @param top a line
   */
  static Bench startWith(
      String top, Protocol protocol, String listener, String pool, InetSocketAddress... backends)
      throws StartException {
    StringBuilder yaml = new StringBuilder();
    yaml.append(top).append("\n");
    yaml.append("stop-timeout: 2s\n");
    yaml.append("listeners:\n  l: { protocol: test, bind: \"127.0.0.1:0\", pool: p");
    yaml.append(listener.isEmpty() ? "" : ", ").append(listener).append(" }\n");
    yaml.append("pools:\n  p:\n    balance: { strategy: in-order }\n");
    yaml.append(pool.isEmpty() ? "" : "    " + pool + "\n");
    yaml.append("    backends:\n");
    char name = 'a';
    for (InetSocketAddress backend : backends) {
      yaml.append("      ").append(name++).append(": { address: \"");
      yaml.append(
              backend.isUnresolved()
                  ? backend.getHostString()
                  : backend.getAddress().getHostAddress())
          .append(":")
          .append(backend.getPort());
      yaml.append("\" }\n");
    }
    Extensions extensions = Extensions.of(new TestProtocol(protocol), new InOrder());
    List<Map<String, Object>> records = new CopyOnWriteArrayList<>();
    return new Bench(
        Gateway.start(
            DescriptorLoader.forTests(extensions).load("test.yaml", yaml.toString()).get(),
            extensions,
            records::add,
            "test"),
        records);
  }

  Gateway gateway() {
    return gateway;
  }

  InetSocketAddress address() {
    String text = gateway.status().listeners().get(0).addresses().get(0);
    return new InetSocketAddress(
        "127.0.0.1", Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)));
  }

  Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.connect(address(), 5000);
    socket.setSoTimeout(10_000);
    return socket;
  }

  Status.Listener listener() {
    return gateway.status().listeners().get(0);
  }

  Status.Backend backend(int index) {
    return gateway.status().pools().get(0).backends().get(index);
  }

  Map<String, Object> onlyRecord(String type) {
    await(type + " record", () -> records.stream().anyMatch(r -> type.equals(r.get("type"))));
    List<Map<String, Object>> found = new ArrayList<>(records);
    found.removeIf(record -> !type.equals(record.get("type")));
    if (found.size() != 1) {
      throw new AssertionError("expected one " + type + " record, but: " + found);
    }
    return found.get(0);
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 10 s: " + what);
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    gateway.close();
  }

  /** Answered at the backend's first bytes, which go on to the client; then passed through. */
  static StreamProtocol passThrough() {
    return whenAnswered(StreamSession::passThrough);
  }

  /** Does something when the backend's first bytes have come and were passed on. */
  static StreamProtocol whenAnswered(Consumer<StreamSession> then) {
    return session ->
        session.connect(
            new BackendConnector() {
              @Override
              public void connected(BackendLink link) {
                link.channel()
                    .pipeline()
                    .addLast(
                        new ChannelInboundHandlerAdapter() {
                          @Override
                          public void channelRead(ChannelHandlerContext ctx, Object msg) {
                            link.channel().config().setAutoRead(false);
                            link.answered();
                            session.client().writeAndFlush((ByteBuf) msg);
                            then.accept(session);
                          }
                        });
                link.channel().config().setAutoRead(true);
              }

              @Override
              public void refused(Refusal refusal) {
                session
                    .client()
                    .writeAndFlush(
                        session
                            .client()
                            .alloc()
                            .buffer()
                            .writeBytes(
                                ("refused " + refusal.reason() + "\n")
                                    .getBytes(StandardCharsets.US_ASCII)));
                session.end(Outcome.refused(refusal));
              }
            });
  }

  static InetSocketAddress unusedAddress() throws IOException {
    try (var socket = new java.net.ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  private record TestProtocol(Protocol protocol) implements ProtocolFactory<None> {
    @Override
    public String name() {
      return "test";
    }

    @Override
    public Class<None> optionsType() {
      return None.class;
    }

    @Override
    public Protocol create(None options) {
      return protocol;
    }

    @Override
    public Transport transport() {
      return protocol instanceof StreamProtocol ? Transport.STREAM : Transport.DATAGRAM;
    }
  }

  private static final class InOrder implements BalancerFactory<None> {
    @Override
    public String name() {
      return "in-order";
    }

    @Override
    public Class<None> optionsType() {
      return None.class;
    }

    @Override
    public Balancer create(None options) {
      return (session, candidates) -> candidates.get(0);
    }
  }
}
