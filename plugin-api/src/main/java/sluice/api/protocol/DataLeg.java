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
  private final SideTls tls;

  private DataLeg(
      boolean expected,
      InetAddress local,
      PortRanges ports,
      InetAddress peer,
      InetSocketAddress remote,
      SideTls tls) {
    this.expected = expected;
    this.local = local;
    this.ports = ports;
    this.peer = peer;
    this.remote = remote;
    this.tls = tls;
  }

  /**
   * Listen and expect one connection. A port is opened for this data connection and closed as soon
   * as the right peer has come.
   *
   * @param local the address to listen on
   * @param ports the ports that may be used; a free one is taken
   * @param peer the only address that may connect; connections from others are closed at once,
   *     counted and logged, and the right one is still expected
   */
  public static DataLeg expect(InetAddress local, PortRanges ports, InetAddress peer) {
    return new DataLeg(
        true,
        Objects.requireNonNull(local),
        Objects.requireNonNull(ports),
        Objects.requireNonNull(peer),
        null,
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
        false, Objects.requireNonNull(local), null, null, Objects.requireNonNull(remote), null);
  }

  /**
   * The same under TLS. Who dials does not matter: towards the client the gateway is the server,
   * and towards the backend the client of {@link DataConnection#beginTls}.
   *
   * @param side the TLS of this leg's side of the session
   */
  public DataLeg withTls(SideTls side) {
    return new DataLeg(expected, local, ports, peer, remote, Objects.requireNonNull(side));
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

  /** The only address that may connect; present if {@link #expected()}. */
  public Optional<InetAddress> peer() {
    return Optional.ofNullable(peer);
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
