package sluice.ftp.session;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.ServerTls;

/** FTPS (RFC 4217) on a listener: who speaks TLS, and whether clients must. */
public record FtpTls(
    @Doc(
            "none: no TLS; terminate: TLS with clients, plain FTP with backends; re-encrypt: TLS"
                + " with clients, and with backends a TLS of its own.")
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
            "TLS towards backends under re-encrypt; without it their certificates must be for their"
                + " addresses and from a CA that this system's Java trusts.")
        Optional<ClientTls> backend) {

  /** No TLS. */
  public static final FtpTls NONE =
      new FtpTls(
          Mode.NONE, false, Policy.REQUIRED, Policy.REQUIRED, Optional.empty(), Optional.empty());

  /** Who speaks TLS. */
  public enum Mode {
    /** Nobody. */
    NONE,
    /** The gateway with clients. */
    TERMINATE,
    /** The gateway with clients, and the gateway with backends. */
    RE_ENCRYPT
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
    String name = mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    if (mode == Mode.NONE && (implicit || server.isPresent() || backend.isPresent())) {
      throw new IllegalArgumentException(
          "mode is none, but there are options of TLS; set mode to terminate or re-encrypt");
    }
    if (mode != Mode.NONE && server.isEmpty()) {
      throw new IllegalArgumentException(
          "mode is "
              + name
              + ", but there is no server with the certificate and key that clients are shown; add"
              + " it");
    }
    if (mode == Mode.TERMINATE && backend.isPresent()) {
      throw new IllegalArgumentException(
          "mode is terminate, which speaks plain FTP with backends, but there is backend; remove it"
              + " or set mode to re-encrypt");
    }
  }

  /** Whether clients are offered TLS. */
  boolean offered() {
    return mode != Mode.NONE;
  }

  /** TLS towards backends; empty if they are spoken to in clear text. */
  Optional<ClientTls> towardsBackends() {
    return mode == Mode.RE_ENCRYPT
        ? Optional.of(
            backend.orElseGet(
                () ->
                    new ClientTls(
                        Optional.empty(),
                        List.of(),
                        true,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of("TLSv1.2", "TLSv1.3"),
                        true)))
        : Optional.empty();
  }
}
