package sluice.sftp;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import sluice.api.Backend;
import sluice.api.PoolRef;
import sluice.api.SessionInfo;
import sluice.api.SessionKey;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.StreamSession;
import sluice.api.protocol.Transfer;
import sluice.api.protocol.TransferSpec;

/** A session between two embedded channels that notes what the protocol asks for. */
final class FakeSession implements StreamSession {

  final EmbeddedChannel client = new EmbeddedChannel();
  final List<Outcome> ends = new ArrayList<>();
  private final List<Runnable> onEnd = new ArrayList<>();
  BackendConnector connector;
  boolean passedThrough;

  FakeSession() {
    client.config().setAutoRead(false);
  }

  /** What the client has got so far, as text. */
  String clientGot() {
    StringBuilder text = new StringBuilder();
    io.netty.buffer.ByteBuf bytes = client.readOutbound();
    while (bytes != null) {
      text.append(bytes.toString(java.nio.charset.StandardCharsets.ISO_8859_1));
      bytes.release();
      bytes = client.readOutbound();
    }
    return text.toString();
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
    throw new UnsupportedOperationException();
  }

  @Override
  public DataConnection open(DataPlan plan, DataEvents events) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SessionInfo info() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> void set(SessionKey<T> key, T value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Transfer begin(TransferSpec spec) {
    throw new UnsupportedOperationException();
  }
}
