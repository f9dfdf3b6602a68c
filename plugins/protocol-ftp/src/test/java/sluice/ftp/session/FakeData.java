package sluice.ftp.session;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import sluice.api.Side;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;

/** A data connection whose events the test decides on. */
final class FakeData implements DataConnection {

  final DataPlan plan;
  final Map<Side, Integer> ports = new EnumMap<>(Side.class);
  Duration joinLimit;
  boolean closed;
  boolean tlsBegun;
  boolean clientCame;
  final List<Side> dialled = new ArrayList<>();
  private final DataEvents events;
  private boolean joined;
  private boolean ended;

  FakeData(DataPlan plan, DataEvents events, int firstPort) {
    this.plan = plan;
    this.events = events;
    ports.put(Side.CLIENT, firstPort);
    ports.put(Side.BACKEND, firstPort + 1);
  }

  void ready() {
    if (!closed) {
      events.ready(this);
    }
  }

  void join() {
    joined = true;
    events.joined(this);
  }

  void end(Outcome outcome) {
    ended = true;
    events.ended(this, outcome);
  }

  @Override
  public InetSocketAddress listening(Side side) {
    if (!plan.leg(side).expected()) {
      throw new IllegalStateException("not expected: " + side);
    }
    return new InetSocketAddress(plan.leg(side).local(), ports.get(side));
  }

  @Override
  public void joinWithin(Duration timeout) {
    joinLimit = timeout;
  }

  @Override
  public void dial(Side side) {
    if (!plan.leg(side).expected()) {
      dialled.add(side);
    }
  }

  @Override
  public boolean connected(Side side) {
    return joined || side == Side.CLIENT && clientCame;
  }

  @Override
  public void beginTls() {
    tlsBegun = true;
  }

  @Override
  public boolean joined() {
    return joined;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public long bytesFrom(Side side) {
    return 0;
  }

  @Override
  public void close() {
    closed = true;
  }
}
