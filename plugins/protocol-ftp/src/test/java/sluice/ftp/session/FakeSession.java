package sluice.ftp.session;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sluice.api.Backend;
import sluice.api.PoolRef;
import sluice.api.SessionInfo;
import sluice.api.SessionKey;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.ServerTls;
import sluice.api.protocol.SideTls;
import sluice.api.protocol.StreamSession;
import sluice.api.protocol.Transfer;
import sluice.api.protocol.TransferSpec;

/** A session whose core is the test: it decides when backends come and what data does. */
final class FakeSession implements StreamSession, SessionInfo {

  /** What became of a transfer. */
  static final class Moved implements Transfer {
    final TransferSpec spec;
    DataConnection data;
    Outcome outcome;

    Moved(TransferSpec spec) {
      this.spec = spec;
    }

    @Override
    public void carriedBy(DataConnection carrier) {
      data = carrier;
    }

    @Override
    public void moved(long bytes) {}

    @Override
    public void end(Outcome how) {
      if (outcome == null) {
        outcome = how;
      }
    }
  }

  /** One attempt at a backend. */
  final class Link implements BackendLink, Backend {
    final EmbeddedChannel channel;
    final InetSocketAddress address;
    final FakeTls tls;
    final PoolRef asked = FakeSession.this.asked;
    String name = "a";
    boolean answered;
    String rejected;

    Link(InetSocketAddress address, InetSocketAddress local) {
      this.address = address;
      this.channel = FakeSession.channel(local);
      channel.config().setAutoRead(false);
      tls = new FakeTls(channel);
    }

    @Override
    public Backend backend() {
      return this;
    }

    @Override
    public Channel channel() {
      return channel;
    }

    @Override
    public InetSocketAddress address() {
      return address;
    }

    @Override
    public SideTls tls(ClientTls spec) {
      return tls;
    }

    @Override
    public void answered() {
      answered = true;
    }

    @Override
    public void reject(String reason) {
      rejected = reason;
      channel.close();
    }

    @Override
    public String pool() {
      return asked.name();
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String host() {
      return address.getHostString();
    }

    @Override
    public int port() {
      return address.getPort();
    }

    @Override
    public Optional<InetAddress> source() {
      return Optional.empty();
    }
  }

  final EmbeddedChannel client;
  final FakeTls clientTls;
  final List<FakeData> data = new ArrayList<>();
  final List<Moved> transfers = new ArrayList<>();
  final Map<String, Object> facts = new HashMap<>();
  BackendConnector connector;
  PoolRef asked;
  int disconnected;
  Runnable finishAction;
  Outcome outcome;
  String idleCause;
  boolean failListening;
  boolean refused;
  final List<String> refusals = new ArrayList<>();
  private final InetSocketAddress from;
  private final InetSocketAddress dialled;

  FakeSession(InetSocketAddress from, InetSocketAddress dialled) {
    this.from = from;
    this.dialled = dialled;
    this.client = channel(dialled);
    client.config().setAutoRead(false);
    client.freezeTime();
    clientTls = new FakeTls(client);
  }

  static EmbeddedChannel channel(InetSocketAddress local) {
    return new EmbeddedChannel() {
      @Override
      public SocketAddress localAddress() {
        return local;
      }
    };
  }

  Link attempt(InetSocketAddress address, InetSocketAddress local) throws IOException {
    Link link = new Link(address, local);
    link.channel.freezeTime();
    connector.connected(link);
    return link;
  }

  @Override
  public Channel client() {
    return client;
  }

  @Override
  public void passThrough() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SideTls tls(ServerTls spec) {
    return clientTls;
  }

  @Override
  public DataConnection open(DataPlan plan, DataEvents events) {
    FakeData opened = new FakeData(plan, events, 40001 + 10 * data.size());
    data.add(opened);
    client
        .eventLoop()
        .execute(
            failListening
                ? () -> opened.end(Outcome.failed(sluice.api.Side.CLIENT, "no port is free"))
                : opened::ready);
    return opened;
  }

  @Override
  public SessionInfo info() {
    return this;
  }

  @Override
  public <T> void set(SessionKey<T> key, T value) {
    facts.put(key.name(), value);
  }

  @Override
  public EventLoop eventLoop() {
    return client.eventLoop();
  }

  @Override
  public PoolRef pool() {
    return new PoolRef("files");
  }

  @Override
  public void connect(PoolRef pool, BackendConnector asking) {
    asked = pool;
    connector = asking;
  }

  @Override
  public void disconnect() {
    connector = null;
    disconnected++;
  }

  @Override
  public boolean refused() {
    return refused;
  }

  @Override
  public Transfer begin(TransferSpec spec) {
    Moved moved = new Moved(spec);
    transfers.add(moved);
    return moved;
  }

  @Override
  public void onFinish(Runnable action) {
    finishAction = action;
  }

  @Override
  public void onEnd(Runnable action) {}

  @Override
  public Optional<String> idleCause() {
    return Optional.ofNullable(idleCause);
  }

  @Override
  public void noteRefusal(String reason, String command, String file, String cause) {
    refusals.add(reason + " " + command + " " + file + " " + cause);
  }

  @Override
  public void touch() {}

  @Override
  public void end(Outcome how) {
    if (outcome == null) {
      outcome = how;
      transfers.forEach(moved -> moved.end(how));
      client.close();
    }
  }

  @Override
  public boolean ended() {
    return outcome != null;
  }

  @Override
  public String id() {
    return "ftp-1";
  }

  @Override
  public String listener() {
    return "ftp";
  }

  @Override
  public InetSocketAddress clientAddress() {
    return from;
  }

  @Override
  public InetSocketAddress dialledAddress() {
    return dialled;
  }

  @Override
  public Instant start() {
    return Instant.EPOCH;
  }

  @Override
  public <T> Optional<T> get(SessionKey<T> key) {
    return Optional.ofNullable(facts.get(key.name())).map(key.type()::cast);
  }

  @Override
  public Optional<String> get(String keyName) {
    return Optional.ofNullable(facts.get(keyName)).map(Object::toString);
  }

  @Override
  public String toString() {
    return id();
  }
}
