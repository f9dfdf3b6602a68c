package sluice.ftp.check;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What is to be said of a server's certificates.
 *
 * @param shown one line for people
 * @param warning of the one that expires first, if that is soon
 */
record CertificateFindings(String shown, Optional<String> warning) {

  /**
   * @param soon within which an end of validity is warned of; zero for never
   */
  static CertificateFindings of(SSLSession session, Duration soon, Instant now)
      throws SSLPeerUnverifiedException {
    X509Certificate first = null;
    for (Certificate each : session.getPeerCertificates()) {
      X509Certificate certificate = (X509Certificate) each;
      if (first == null || certificate.getNotAfter().before(first.getNotAfter())) {
        first = certificate;
      }
    }
    Instant end = first.getNotAfter().toInstant();
    String shown = session.getProtocol() + ", certificate until " + date(end);
    boolean late = !soon.isZero() && end.isBefore(now.plus(soon));
    return new CertificateFindings(
        shown, late ? Optional.of(warning(first, end, now)) : Optional.empty());
  }

  private static String warning(X509Certificate certificate, Instant end, Instant now) {
    long days = ChronoUnit.DAYS.between(now, end);
    String when =
        end.isBefore(now)
            ? "expired on " + date(end)
            : "expires on " + date(end) + ", in " + days + (days == 1 ? " day" : " days");
    return "the certificate of "
        + certificate.getSubjectX500Principal().getName()
        + " (issued by "
        + certificate.getIssuerX500Principal().getName()
        + ") "
        + when
        + "; renew it";
  }

  private static LocalDate date(Instant instant) {
    return LocalDate.ofInstant(instant, ZoneOffset.UTC);
  }
}
