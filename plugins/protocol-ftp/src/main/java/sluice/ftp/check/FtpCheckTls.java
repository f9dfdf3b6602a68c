package sluice.ftp.check;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.protocol.ClientTls;

/** TLS of the ftp check. */
public record FtpCheckTls(
    @Doc(
            "explicit: after the greeting the server is asked for TLS (AUTH TLS); implicit: TLS from"
                + " the first byte on (usually port 990).")
        @Default("explicit")
        Mode mode,
    @Doc(
            "What the server must show, as in tls.backend of an ftp listener; without it the"
                + " certificate must be for its address and from a CA that this system's Java"
                + " trusts.")
        Optional<ClientTls> backend,
    @Doc(
            "Warns when a certificate that the server shows expires within this time; 0s does not"
                + " warn.")
        @Default("14d")
        Duration expiresWithin) {

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

  /** When TLS begins. */
  public enum Mode {
    /** When the server has agreed to it. */
    EXPLICIT,
    /** With the connection. */
    IMPLICIT
  }

  ClientTls spec() {
    return backend.orElse(SYSTEM);
  }
}
