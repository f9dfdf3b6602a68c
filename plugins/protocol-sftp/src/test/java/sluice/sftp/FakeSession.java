package sluice.sftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sluice.api.Backend;
import sluice.api.PoolRef;
import sluice.api.SessionInfo;
import sluice.api.SessionKey;
import sluice.api.Side;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.StreamSession;
import sluice.api.protocol.Transfer;
import sluice.api.protocol.TransferSpec;
import sluice.testkit.TestSessionInfo;

/** A session between two embedded channels that notes what the protocol asks for. */
final class FakeSession implements StreamSession {

  final EmbeddedChannel client = new EmbeddedChannel();
  final List<Outcome> ends = new ArrayList<>();
  private final List<Runnable> onEnd = new ArrayList<>();
  final Map<Side, Long> carried = new EnumMap<>(Side.class);
  final Map<String, Object> facts = new LinkedHashMap<>();
  TestSessionInfo info = TestSessionInfo.from("192.0.2.1");
  Runnable onFinish;
  BackendConnector connector;
  boolean passedThrough;

  FakeSession() {
    client.config().setAutoRead(false);
  }

  /** What the client has got so far, as text. */
  String clientGot() {
    return got(client);
  }

  /** One attempt at a backend. */
  final class Link implements BackendLink {

    final EmbeddedChannel channel = new EmbeddedChannel();
    final List<String> rejected = new ArrayList<>();
    boolean answered;

    Link() {
      channel.config().setAutoRead(false);
    }

    @Override
    public Backend backend() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Channel channel() {
      return channel;
    }

    @Override
    public InetSocketAddress address() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void answered() {
      answered = true;
    }

    @Override
    public void reject(String reason) {
      rejected.add(reason);
      channel.close();
    }
  }

  /** The client says something. */
  void say(String bytes) {
    client.writeInbound(Unpooled.copiedBuffer(bytes.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** A backend says something. */
  static void say(Link link, String bytes) {
    link.channel.writeInbound(Unpooled.copiedBuffer(bytes.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** What has arrived on a channel so far, as text. */
  static String got(EmbeddedChannel channel) {
    StringBuilder text = new StringBuilder();
    ByteBuf bytes = channel.readOutbound();
    while (bytes != null) {
      text.append(bytes.toString(StandardCharsets.ISO_8859_1));
      bytes.release();
      bytes = channel.readOutbound();
    }
    return text.toString();
  }

  /** Lets the next attempt reach a backend. */
  Link connect() {
    Link link = new Link();
    connector.connected(link);
    return link;
  }

  @Override
  public Channel client() {
    return client;
  }

  @Override
  public void passThrough() {
    passedThrough = true;
  }

  @Override
  public void connect(PoolRef pool, BackendConnector connector) {
    this.connector = connector;
  }

  @Override
  public PoolRef pool() {
    return new PoolRef("vault");
  }

  @Override
  public EventLoop eventLoop() {
    return client.eventLoop();
  }

  @Override
  public void end(Outcome outcome) {
    ends.add(outcome);
    onEnd.forEach(Runnable::run);
    client.close();
  }

  @Override
  public boolean ended() {
    return !ends.isEmpty();
  }

  @Override
  public void onEnd(Runnable action) {
    onEnd.add(action);
  }

  @Override
  public void touch() {}

  @Override
  public void onFinish(Runnable action) {
    onFinish = action;
  }

  @Override
  public void carried(Side from, long bytes) {
    carried.merge(from, bytes, Long::sum);
  }

  @Override
  public long bytes(Side from) {
    return carried.getOrDefault(from, 0L);
  }

  @Override
  public DataConnection open(DataPlan plan, DataEvents events) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SessionInfo info() {
    return info;
  }

  @Override
  public <T> void set(SessionKey<T> key, T value) {
    facts.put(key.name(), value);
  }

  @Override
  public Transfer begin(TransferSpec spec) {
    throw new UnsupportedOperationException();
  }
}
