package sluice.core.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import sluice.api.Secret;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.ServerTls;

/** What is wrong with the files that options name, found without starting any TLS. */
public final class TlsFiles {

  private final BiConsumer<String, String> problems;
  private final BiConsumer<String, String> warnings;

  /**
   * @param problems takes the key that has a problem, with dots, and the problem
   * @param warnings the same for what keeps nothing from running
   */
  public TlsFiles(BiConsumer<String, String> problems, BiConsumer<String, String> warnings) {
    this.problems = problems;
    this.warnings = warnings;
  }

  /** Looks at the files of a server. */
  public void check(ServerTls spec) {
    identity("", spec.certificate(), spec.key(), spec.keyPassphrase());
    spec.names()
        .forEach(
            (name, named) ->
                identity(
                    "names." + (name.matches("[A-Za-z0-9_-]+") ? name : "\"" + name + "\"") + ".",
                    named.certificate(),
                    named.key(),
                    named.keyPassphrase()));
    spec.clientCa().ifPresent(file -> authorities("client-ca", file));
  }

  /** Looks at the files of a client. */
  public void check(ClientTls spec) {
    spec.ca().ifPresent(file -> authorities("ca", file));
    spec.certificate()
        .ifPresent(own -> identity("", own, spec.key().orElseThrow(), spec.keyPassphrase()));
  }

  private void identity(String at, Path certificate, Path key, Optional<Secret> passphrase) {
    try {
      X509Certificate first = Pem.certificates(certificate).get(0);
      dates(at + "certificate", certificate, first);
    } catch (TlsProblem e) {
      problems.accept(at + "certificate", e.getMessage());
      return;
    }
    try {
      Identity.read(certificate, key, passphrase);
    } catch (TlsProblem e) {
      problems.accept(at + "key", e.getMessage());
    }
  }

  private void authorities(String key, Path file) {
    try {
      List<X509Certificate> all = Pem.certificates(file);
      all.forEach(certificate -> dates(key, file, certificate));
    } catch (TlsProblem e) {
      problems.accept(key, e.getMessage());
    }
  }

  private void dates(String key, Path file, X509Certificate certificate) {
    Instant now = Instant.now();
    Instant until = certificate.getNotAfter().toInstant();
    Instant from = certificate.getNotBefore().toInstant();
    String whose =
        "the certificate of " + certificate.getSubjectX500Principal().getName() + " in " + file;
    if (until.isBefore(now)) {
      warnings.accept(
          key, whose + " has expired at " + until + "; peers will refuse it, so renew it");
    } else if (from.isAfter(now)) {
      warnings.accept(
          key, whose + " is not valid before " + from + "; look at this system's clock");
    }
  }
}
