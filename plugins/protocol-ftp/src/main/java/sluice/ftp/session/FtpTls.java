package sluice.ftp.session;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.ServerTls;

/** FTPS (RFC 4217) on a listener: who speaks TLS, and whether clients must. */
public record FtpTls(
    @Doc(
            "none: no TLS; terminate: TLS with clients, plain FTP with backends; re-encrypt: TLS"
                + " with clients, and with backends a TLS of its own; match-client: with backends"
                + " whatever the client has, TLS or none, for control and for data.")
        @Default("none")
        Mode mode,
    @Doc(
            "Whether clients begin with TLS before any word of FTP (usually port 990), instead of"
                + " with AUTH TLS.")
        @Default("false")
        boolean implicit,
    @Doc(
            "Whether clients must secure the control connection before they log in; under optional"
                + " they may leave it plain, and may end its TLS with CCC.")
        @Default("required")
        Policy control,
    @Doc(
            "Whether data connections must be secured (PROT P); under optional that is the client's"
                + " choice.")
        @Default("required")
        Policy data,
    @Doc("TLS towards clients; needed unless mode is none.") Optional<ServerTls> server,
    @Doc(
            "Whether backends expect TLS before any word of FTP (usually port 990), instead of AUTH"
                + " TLS.")
        @Default("false")
        boolean backendImplicit,
    @Doc(
            "TLS towards backends under re-encrypt and match-client; without it their certificates"
                + " must be for their addresses and from a CA that this system's Java trusts.")
        Optional<ClientTls> backend,
    @Doc(
            "Pools whose backends are spoken to in another way than mode, backend-implicit and"
                + " backend say, for listeners whose clients are served by several pools.")
        List<PoolTls> pools) {

  /** No TLS. */
  public static final FtpTls NONE =
      new FtpTls(
          Mode.NONE,
          false,
          Policy.REQUIRED,
          Policy.REQUIRED,
          Optional.empty(),
          false,
          Optional.empty(),
          List.of());

  /** Who speaks TLS. */
  public enum Mode {
    /** Nobody. */
    NONE,
    /** The gateway with clients. */
    TERMINATE,
    /** The gateway with clients, and the gateway with backends. */
    RE_ENCRYPT,
    /** The gateway with clients who want it, and then with backends. */
    MATCH_CLIENT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What is asked of clients. */
  public enum Policy {
    /** As the client likes. */
    OPTIONAL,
    /** TLS or nothing. */
    REQUIRED
  }

  /**
   * @throws IllegalArgumentException if the values do not go together
   */
  public FtpTls {
    pools = List.copyOf(pools);
    if (mode == Mode.NONE
        && (implicit
            || server.isPresent()
            || backendImplicit
            || backend.isPresent()
            || !pools.isEmpty())) {
      throw new IllegalArgumentException(
          "mode is none, but there are options of TLS; set mode to terminate, re-encrypt or"
              + " match-client");
    }
    if (mode != Mode.NONE && server.isEmpty()) {
      throw new IllegalArgumentException(
          "mode is "
              + mode
              + ", but there is no server with the certificate and key that clients are shown; add"
              + " it");
    }
    requireTogether(mode, backendImplicit, backend);
    requireTlsFromTheStart(implicit, BackendTls.of(mode, backendImplicit, backend), "");
    Set<String> seen = new HashSet<>();
    for (PoolTls pool : pools) {
      if (!seen.add(pool.pool().name())) {
        throw new IllegalArgumentException(
            "the pool " + pool.pool() + " stands in pools twice; remove one of them");
      }
      requireTlsFromTheStart(implicit, pool.towards(), " for the pool " + pool.pool());
    }
  }

  static void requireTogether(Mode mode, boolean implicit, Optional<ClientTls> backend) {
    if (mode == Mode.TERMINATE && (backend.isPresent() || implicit)) {
      throw new IllegalArgumentException(
          "mode is terminate, which speaks plain FTP with backends, but there is "
              + (implicit ? "backend-implicit" : "backend")
              + "; remove it or set mode to re-encrypt");
    }
  }

  /** A backend that expects TLS at once cannot do as a client does that asks for it later. */
  private static void requireTlsFromTheStart(boolean client, BackendTls backend, String where) {
    if (backend.follows() && backend.implicit() && !client) {
      throw new IllegalArgumentException(
          "mode is match-client"
              + where
              + ", but backend-implicit expects TLS from the start, which clients here begin later"
              + " or never; set mode to re-encrypt, or implicit to true for clients too");
    }
  }

  /** Whether clients are offered TLS. */
  boolean offered() {
    return mode != Mode.NONE;
  }

  /** How the backends of a pool are spoken to. */
  BackendTls towards(String pool) {
    return pools.stream()
        .filter(other -> other.pool().name().equals(pool))
        .findFirst()
        .map(PoolTls::towards)
        .orElseGet(() -> BackendTls.of(mode, backendImplicit, backend));
  }
}
