package sluice.tftp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sluice.api.Backend;
import sluice.api.PoolRef;
import sluice.api.PortRanges;
import sluice.api.SessionInfo;
import sluice.api.SessionKey;
import sluice.api.protocol.BackendConnector;
import sluice.api.protocol.BackendLink;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DatagramSession;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.Refusal;
import sluice.api.protocol.Transfer;
import sluice.api.protocol.TransferSpec;

/** A session whose channels are in memory; it is connected to a backend at once. */
final class FakeSession implements DatagramSession, SessionInfo {

  static final InetSocketAddress SERVER = new InetSocketAddress("10.0.0.69", 69);

  final List<Link> links = new ArrayList<>();
  final List<String> transfers = new ArrayList<>();
  EmbeddedChannel clientSide;
  Outcome outcome;
  long bytes;
  boolean outOfPorts;

  private final String id;
  private final EventLoop loop;
  private final InetSocketAddress client;
  private final InetSocketAddress dialled;
  private final Refusal refusal;
  private final Map<String, Object> facts = new HashMap<>();
  private final List<Runnable> endActions = new ArrayList<>();
  private BackendConnector connector;
  private Runnable finishAction;

  FakeSession(
      String id,
      EventLoop loop,
      InetSocketAddress client,
      InetSocketAddress dialled,
      Refusal refusal) {
    this.id = id;
    this.loop = loop;
    this.client = client;
    this.dialled = dialled;
    this.refusal = refusal;
  }

  /** An attempt. */
  final class Link implements BackendLink {
    final EmbeddedChannel channel = new EmbeddedChannel();
    boolean answered;

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
      return SERVER;
    }

    @Override
    public void answered() {
      answered = true;
    }

    @Override
    public void reject(String reason) {
      throw new UnsupportedOperationException();
    }
  }

  Link link() {
    return links.get(links.size() - 1);
  }

  /** The backend did not answer in time: the next one is tried. */
  void nextBackend() {
    link().channel.close();
    links.add(new Link());
    connector.connected(link());
  }

  void finish() {
    finishAction.run();
  }

  @Override
  public void connect(PoolRef pool, BackendConnector given) {
    connector = given;
    if (refusal != null) {
      given.refused(refusal);
    } else {
      links.add(new Link());
      given.connected(link());
    }
  }

  @Override
  public Channel bindClientSide(PortRanges ports, ChannelHandler handler) throws IOException {
    if (outOfPorts) {
      throw new IOException("no port of " + ports + " is free");
    }
    clientSide = new EmbeddedChannel(handler);
    return clientSide;
  }

  @Override
  public Transfer begin(TransferSpec spec) {
    if (!link().answered) {
      throw new IllegalStateException("no backend has answered");
    }
    return new Transfer() {
      private boolean over;

      @Override
      public void carriedBy(DataConnection data) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void moved(long count) {
        bytes += count;
      }

      @Override
      public void end(Outcome how) {
        if (!over) {
          transfers.add(spec.command() + " " + spec.file() + " " + how);
        }
        over = true;
      }
    };
  }

  @Override
  public void end(Outcome how) {
    if (outcome == null) {
      outcome = how;
      links.forEach(link -> link.channel.close());
      if (clientSide != null) {
        clientSide.close();
      }
      endActions.forEach(Runnable::run);
    }
  }

  @Override
  public boolean ended() {
    return outcome != null;
  }

  @Override
  public void onFinish(Runnable action) {
    finishAction = action;
  }

  @Override
  public void onEnd(Runnable action) {
    endActions.add(action);
  }

  @Override
  public void touch() {}

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
    return loop;
  }

  @Override
  public PoolRef pool() {
    return new PoolRef("boot");
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String listener() {
    return "boot";
  }

  @Override
  public InetSocketAddress clientAddress() {
    return client;
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
    return id;
  }
}
