package sluice.ftp.session;

import sluice.api.Side;
import sluice.api.protocol.DataConnection;
import sluice.api.protocol.DataEvents;
import sluice.api.protocol.DataPlan;
import sluice.api.protocol.Outcome;
import sluice.api.protocol.StreamSession;

/** The data connection that the client has set up, from PASV or PORT to the end of its transfer. */
final class DataChannel implements DataEvents {

  private final String mode;
  private DataConnection connection;
  private Outcome outcome;
  private Runnable watcher;
  private boolean secured;
  private DataPlan plan;
  private boolean used;

  /**
   * @param mode for records
   * @param watcher told whenever something has changed
   */
  DataChannel(String mode, Runnable watcher) {
    this.mode = mode;
    this.watcher = watcher;
  }

  void open(StreamSession session, DataPlan plan) {
    this.plan = plan;
    secured = plan.leg(Side.CLIENT).tls().isPresent();
    connection = session.open(plan, this);
  }

  /** A transfer uses it, and is told from now on. */
  void use(Runnable next) {
    used = true;
    watcher = next;
  }

  /** Whether a transfer uses it. */
  boolean used() {
    return used;
  }

  /** Whether a side is to dial the gateway. */
  boolean awaits(Side side) {
    return plan.leg(side).expected();
  }

  /**
   * The backend is told of a transfer: one that listens is dialled, as many say nothing before, and
   * would wait for longer than a client whose own data connection never comes.
   */
  void begin() {
    connection.dial(Side.BACKEND);
  }

  /** The transfer has begun: what waited for that goes on. */
  void proceed() {
    if (plan.leg(Side.CLIENT).waits()) {
      connection.dial(Side.CLIENT);
    }
    connection.beginTls();
  }

  String mode() {
    return mode;
  }

  DataConnection connection() {
    return connection;
  }

  /** How it ended, or null. */
  Outcome outcome() {
    return outcome;
  }

  boolean ended() {
    return outcome != null;
  }

  /** Whether it is over and all of it was delivered. */
  boolean whole() {
    return outcome != null && outcome.result() == Outcome.Result.OK;
  }

  /** Whether it is over and something is missing. */
  boolean broken() {
    return outcome != null && outcome.result() != Outcome.Result.OK;
  }

  /** Whether the client has to come with TLS. */
  boolean secured() {
    return secured;
  }

  /** Whether a rule about TLS has refused the client's data connection. */
  boolean refused() {
    return outcome != null && outcome.result() == Outcome.Result.REFUSED;
  }

  boolean joined() {
    return connection.joined();
  }

  long bytesMoved() {
    return connection.bytesFrom(Side.CLIENT) + connection.bytesFrom(Side.BACKEND);
  }

  /** Gives it up, for a reason; bytes under way are lost. Nobody is told. */
  void cut(Outcome reason) {
    watcher = () -> {};
    if (outcome == null) {
      outcome = reason;
      connection.close();
    }
  }

  @Override
  public void ready(DataConnection data) {
    connection = data;
    watcher.run();
  }

  @Override
  public void joined(DataConnection data) {
    watcher.run();
  }

  @Override
  public void ended(DataConnection data, Outcome how) {
    connection = data;
    outcome = how;
    watcher.run();
  }
}
