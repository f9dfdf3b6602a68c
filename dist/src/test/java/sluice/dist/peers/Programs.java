package sluice.dist.peers;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where the programs of others are, and what becomes of a test whose program is missing: it is
 * skipped aloud, unless {@code SLUICE_REQUIRE_PEERS=true} says that everything must be there.
 *
 * <p>Servers whose packages exclude each other are looked for below {@code SLUICE_TEST_SERVERS}
 * first, where {@code .ci/run} unpacks them.
 */
public enum Programs {
  ATFTP("atftp", "atftp"),
  ATFTPD("atftpd", "atftpd"),
  BUSYBOX("busybox", "busybox"),
  CURL("curl", "curl"),
  DNSMASQ("dnsmasq", "dnsmasq-base"),
  HAPROXY("haproxy", "haproxy"),
  IN_TFTPD("in.tftpd", "tftpd-hpa"),
  IP("ip", "iproute2"),
  LFTP("lftp", "lftp"),
  NFT("nft", "nftables"),
  NSENTER("nsenter", "util-linux"),
  PROFTPD("proftpd", "proftpd-core"),
  PURE_FTPD("pure-ftpd", "pure-ftpd"),
  PURE_PW("pure-pw", "pure-ftpd-common"),
  PYTHON("python3", "python3"),
  SCP("scp", "openssh-client"),
  SETPRIV("setpriv", "util-linux"),
  SFTP("sftp", "openssh-client"),
  SSH_KEYGEN("ssh-keygen", "openssh-client"),
  SS("ss", "iproute2"),
  SSHD("sshd", "openssh-server"),
  TFTP("tftp", "tftp-hpa"),
  TNFTP("tnftp", "tnftp"),
  UNSHARE("unshare", "util-linux"),
  VSFTPD("vsftpd", "vsftpd");

  private static final boolean REQUIRED =
      Boolean.parseBoolean(System.getenv("SLUICE_REQUIRE_PEERS"));
  private static final Optional<Path> UNPACKED =
      Optional.ofNullable(System.getenv("SLUICE_TEST_SERVERS")).map(Path::of);

  // What was missed so far in this JVM; only ever added to, and read once at the end.
  private static final Set<Programs> MISSED = new ConcurrentSkipListSet<>();
  private static final Set<String> OTHER_REASONS = new ConcurrentSkipListSet<>();

  private final String file;
  private final String debianPackage;

  Programs(String file, String debianPackage) {
    this.file = file;
    this.debianPackage = debianPackage;
  }

  /** The program's path. Skips or fails the running test when it is missing. */
  public String path() {
    require(this);
    return find().orElseThrow().toString();
  }

  /** Whether the program is there. */
  public boolean present() {
    return find().isPresent();
  }

  /** The folder of unpacked servers, if there is one. */
  public static Optional<Path> unpacked() {
    return UNPACKED;
  }

  /** Skips (or fails, see above) the running test unless all these programs are there. */
  public static void require(Programs... programs) {
    List<Programs> missing = Arrays.stream(programs).filter(p -> !p.present()).toList();
    if (!missing.isEmpty()) {
      MISSED.addAll(missing);
      missed(
          "needs "
              + missing.stream().map(p -> p.file).collect(Collectors.joining(", "))
              + ", on Debian: apt-get install "
              + packages(missing));
    }
  }

  /** Skips (or fails, see above) the running test unless it runs as root. */
  public static void requireRoot(String reason) {
    if (!"root".equals(System.getProperty("user.name"))) {
      otherwise("needs root: " + reason);
    }
  }

  /** Skips (or fails, see above) the running test unless {@code there}. */
  public static void requireThat(boolean there, String reason) {
    if (!there) {
      otherwise(reason);
    }
  }

  /** One line for the end of a test run; empty when nothing was missed. */
  static Optional<String> summary() {
    List<String> parts = new ArrayList<>();
    if (!MISSED.isEmpty()) {
      parts.add(
          "no "
              + MISSED.stream().map(p -> p.file).collect(Collectors.joining(", "))
              + "; on Debian: apt-get install "
              + packages(MISSED)
              + " (servers that exclude each other run unpacked: .ci/run shows how)");
    }
    parts.addAll(OTHER_REASONS);
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of("End-to-end tests were skipped: " + String.join("; ", parts));
  }

  private static void otherwise(String reason) {
    OTHER_REASONS.add(reason);
    missed(reason);
  }

  private static void missed(String reason) {
    if (REQUIRED) {
      fail("SLUICE_REQUIRE_PEERS is set, but this test " + reason);
    }
    System.out.println("Skipped: " + reason);
    abort(reason);
  }

  private static String packages(Iterable<Programs> programs) {
    Set<String> names = new TreeSet<>();
    programs.forEach(p -> names.add(p.debianPackage));
    return String.join(" ", names);
  }

  private Optional<Path> find() {
    Stream<Path> unpacked =
        UNPACKED.stream().flatMap(d -> Stream.of(d.resolve("usr/sbin"), d.resolve("usr/bin")));
    Stream<Path> installed =
        Stream.concat(
            Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(Path::of),
            Stream.of(Path.of("/usr/sbin"), Path.of("/sbin")));
    return Stream.concat(unpacked, installed)
        .map(directory -> directory.resolve(file))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
