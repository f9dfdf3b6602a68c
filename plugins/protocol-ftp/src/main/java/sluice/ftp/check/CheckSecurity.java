package sluice.ftp.check;

import java.io.IOException;
import java.net.Socket;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import sluice.api.health.Health;
import sluice.api.health.ProbeTls;
import sluice.ftp.codec.Reply;

/** The TLS of one probe, if its options want any. */
final class CheckSecurity {

  private final Optional<FtpCheckTls> options;
  private final ProbeTls tls;
  private final CheckConnection server;
  private final String host;
  private CertificateFindings findings;

  CheckSecurity(Optional<FtpCheckTls> options, ProbeTls tls, CheckConnection server, String host) {
    this.options = options;
    this.tls = tls;
    this.server = server;
    this.host = host;
  }

  private boolean wanted(FtpCheckTls.Mode mode) {
    return options.isPresent() && options.get().mode() == mode;
  }

  void beforeGreeting() throws IOException, CheckException {
    if (wanted(FtpCheckTls.Mode.IMPLICIT)) {
      begin();
    }
  }

  void afterGreeting() throws IOException, CheckException {
    if (!wanted(FtpCheckTls.Mode.EXPLICIT)) {
      return;
    }
    Reply reply = server.ask("AUTH TLS", "AUTH TLS");
    if (reply.code() != 234) {
      FtpCheck.goodbye(server);
      throw new CheckException(
          "it answered AUTH TLS with \"" + FtpCheck.shown(reply) + "\" instead of 234");
    }
    begin();
  }

  private void begin() throws IOException, CheckException {
    SSLSession session = server.secure(tls, options.get().spec(), host);
    findings = CertificateFindings.of(session, options.get().expiresWithin(), Instant.now());
  }

  /** Before a data connection is asked for. */
  void protectData() throws IOException, CheckException {
    if (options.isEmpty()) {
      return;
    }
    for (String line : new String[] {"PBSZ 0", "PROT P"}) {
      Reply reply = server.ask(line, line);
      if (!reply.positive()) {
        FtpCheck.goodbye(server);
        throw new CheckException(
            "it answered " + line + " with \"" + FtpCheck.shown(reply) + "\" instead of 200");
      }
    }
  }

  /** The data connection as it is to be read, when the server has announced that data comes. */
  Socket data(Socket plain) throws IOException, CheckException {
    return options.isEmpty() ? plain : server.secureData(plain, tls, options.get().spec(), host);
  }

  /** What was found, with what is to be said of the certificates if nothing graver is. */
  Health judged(Health found) {
    if (findings == null || found.state() != Health.State.UP) {
      return found;
    }
    Health up = Health.up(found.detail() + " (" + findings.shown() + ")");
    return findings.warning().map(up::withWarning).orElse(up);
  }
}
