package sluice.api.protocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import sluice.api.PortRanges;

/**
 * One side of a data connection: it is either expected (the gateway listens) or dialled. Immutable;
 * made by the factory methods.
 */
public final class DataLeg {

  private final boolean expected;
  private final InetAddress local;
  private final PortRanges ports;
  private final InetAddress peer;
  private final InetSocketAddress remote;
  private final int localPort;
  private final DataPeers peers;
  private final boolean waits;
  private final SideTls tls;

  private DataLeg(
      boolean expected,
      InetAddress local,
      PortRanges ports,
      InetAddress peer,
      InetSocketAddress remote) {
    this.expected = expected;
    this.local = local;
    this.ports = ports;
    this.peer = peer;
    this.remote = remote;
    this.localPort = 0;
    this.peers = DataPeers.STRICT;
    this.waits = false;
    this.tls = null;
  }

  private DataLeg(DataLeg same, int localPort, DataPeers peers, boolean waits, SideTls tls) {
    this.expected = same.expected;
    this.local = same.local;
    this.ports = same.ports;
    this.peer = same.peer;
    this.remote = same.remote;
    this.localPort = localPort;
    this.peers = peers;
    this.waits = waits;
    this.tls = tls;
  }

  /**
   * Listen and expect one connection. A port is opened for this data connection and closed as soon
   * as the right peer has come.
   *
   * @param local the address to listen on
   * @param ports the ports that may be used; a free one is taken
   * @param peer the address that may connect, alone unless {@link #withPeers} says otherwise;
   *     connections from others are closed at once, counted and logged, and the right one is still
   *     expected
   */
  public static DataLeg expect(InetAddress local, PortRanges ports, InetAddress peer) {
    return new DataLeg(
        true,
        Objects.requireNonNull(local),
        Objects.requireNonNull(ports),
        Objects.requireNonNull(peer),
        null);
  }

  /**
   * Connect.
   *
   * @param remote where to, resolved
   * @param local the address to leave from
   */
  public static DataLeg dial(InetSocketAddress remote, InetAddress local) {
    return new DataLeg(
        false, Objects.requireNonNull(local), null, null, Objects.requireNonNull(remote));
  }

  /**
   * The same, also for other addresses than the peer's.
   *
   * @param allowed seen from the peer
   */
  public DataLeg withPeers(DataPeers allowed) {
    return new DataLeg(this, localPort, Objects.requireNonNull(allowed), waits, tls);
  }

  /**
   * The same, dialled only when {@link DataConnection#dial} says so.
   *
   * @throws IllegalStateException if it is not to be dialled
   */
  public DataLeg later() {
    dialled();
    return new DataLeg(this, localPort, peers, true, tls);
  }

  /**
   * The same, leaving from a port of the local address that many connections may leave from at a
   * time. Where that is not possible, as when the last connection from there to the very same port
   * of the peer ended a moment ago, it leaves from another port, and that is logged.
   *
   * @param port 1 to 65535
   * @throws IllegalStateException if it is not to be dialled
   */
  public DataLeg fromPort(int port) {
    dialled();
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("ports are 1 to 65535, but this is " + port);
    }
    return new DataLeg(this, port, peers, waits, tls);
  }

  private void dialled() {
    if (expected) {
      throw new IllegalStateException("this side is expected, not dialled: " + this);
    }
  }

  /**
   * The same under TLS. Who dials does not matter: towards the client the gateway is the server,
   * and towards the backend the client of {@link DataConnection#beginTls}.
   *
   * @param side the TLS of this leg's side of the session
   */
  public DataLeg withTls(SideTls side) {
    return new DataLeg(this, localPort, peers, waits, Objects.requireNonNull(side));
  }

  /** TLS, if this leg has it. */
  public Optional<SideTls> tls() {
    return Optional.ofNullable(tls);
  }

  /** Whether the gateway listens (else it dials). */
  public boolean expected() {
    return expected;
  }

  /** The local address to listen on or to leave from. */
  public InetAddress local() {
    return local;
  }

  /** The ports to listen on; present if {@link #expected()}. */
  public Optional<PortRanges> ports() {
    return Optional.ofNullable(ports);
  }

  /** The address that may connect; present if {@link #expected()}. */
  public Optional<InetAddress> peer() {
    return Optional.ofNullable(peer);
  }

  /** Which addresses may connect, seen from {@link #peer()}. */
  public DataPeers peers() {
    return peers;
  }

  /** The local port to leave from; 0 for any. */
  public int localPort() {
    return localPort;
  }

  /** Whether it is dialled only when {@link DataConnection#dial} says so. */
  public boolean waits() {
    return waits;
  }

  /** Where to connect to; present unless {@link #expected()}. */
  public Optional<InetSocketAddress> remote() {
    return Optional.ofNullable(remote);
  }

  @Override
  public String toString() {
    String plain = expected ? "expect " + peer + " on " + local + ":" + ports : "dial " + remote;
    return tls == null ? plain : plain + " with TLS";
  }
}
