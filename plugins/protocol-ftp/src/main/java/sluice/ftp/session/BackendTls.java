package sluice.ftp.session;

import java.util.List;
import java.util.Optional;
import sluice.api.protocol.ClientTls;

/**
 * How the backends of one pool are spoken to.
 *
 * @param mode whether and when TLS is begun
 * @param implicit whether it is begun before any word of FTP, instead of by AUTH TLS
 * @param spec what a backend must show
 */
record BackendTls(FtpTls.Mode mode, boolean implicit, ClientTls spec) {

  private static final ClientTls SYSTEM =
      new ClientTls(
          Optional.empty(),
          List.of(),
          true,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of("TLSv1.2", "TLSv1.3"),
          true);

  static BackendTls of(FtpTls.Mode mode, boolean implicit, Optional<ClientTls> spec) {
    return new BackendTls(mode, implicit, spec.orElse(SYSTEM));
  }

  /**
   * @param client whether the client's control connection is, or was until CCC, under TLS
   */
  boolean wanted(boolean client) {
    return mode == FtpTls.Mode.RE_ENCRYPT || follows() && client;
  }

  /** Whether it does what the client does. */
  boolean follows() {
    return mode == FtpTls.Mode.MATCH_CLIENT;
  }
}
