package sluice.sftp.check;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import sluice.sftp.Await;
import sluice.testkit.SshPeer;

/**
 * OpenSSH's server on a free port, with a host key and an authorised key of its own and its log in
 * a file. It wants root, as it hands connections to an unprivileged user.
 */
final class RealSshd implements AutoCloseable {

  private static final Path SSHD = Path.of("/usr/sbin/sshd");
  private static final Path PRIVILEGE_SEPARATION = Path.of("/run/sshd");

  private final Process process;
  private final InetSocketAddress address;
  private final Path log;
  private final Path userKey;
  private final boolean madeFolder;

  private RealSshd(
      Process process, InetSocketAddress address, Path log, Path userKey, boolean madeFolder) {
    this.process = process;
    this.address = address;
    this.log = log;
    this.userKey = userKey;
    this.madeFolder = madeFolder;
  }

  /** Why it cannot run here, or empty. */
  static String missing() {
    if (!Files.isExecutable(SSHD)) {
      return "no " + SSHD + " (apt-get install openssh-server)";
    }
    return "root".equals(System.getProperty("user.name")) ? "" : "sshd is started by root only";
  }

  static RealSshd start(Path folder) throws IOException, InterruptedException {
    boolean madeFolder = !Files.exists(PRIVILEGE_SEPARATION);
    if (madeFolder) {
      Files.createDirectory(PRIVILEGE_SEPARATION);
    }
    List<KeyPair> keys = SshPeer.newHostKeys();
    Path hostKey = folder.resolve("host_ed25519");
    Path userKey = folder.resolve("user_key");
    write(keys.get(0), hostKey);
    write(keys.get(1), userKey);
    Path authorized = folder.resolve("authorized");
    Files.writeString(authorized, PublicKeyEntry.toString(keys.get(1).getPublic()) + "\n");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    Path config = folder.resolve("sshd_config");
    Files.write(
        config,
        List.of(
            "ListenAddress 127.0.0.1:" + port,
            "HostKey " + hostKey,
            "AuthorizedKeysFile " + authorized,
            "StrictModes no",
            "PermitRootLogin yes",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "UsePAM no",
            "PidFile none",
            "MaxStartups 100",
            "LogLevel VERBOSE",
            "Subsystem sftp internal-sftp"));
    Path log = folder.resolve("sshd.log");
    Process process =
        new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    RealSshd sshd =
        new RealSshd(process, new InetSocketAddress("127.0.0.1", port), log, userKey, madeFolder);
    try {
      Await.until("sshd does not listen", () -> sshd.log().contains("Server listening"));
    } catch (InterruptedException | AssertionError e) {
      sshd.close();
      throw e;
    }
    return sshd;
  }

  private static void write(KeyPair key, Path file) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (var out = Files.newOutputStream(file)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, out);
    } catch (java.security.GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /** The private key that root may log in with. */
  Path userKey() {
    return userKey;
  }

  String log() {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** The lines since a mark of {@link #log}, in the order written. */
  List<String> linesAfter(int mark) {
    List<String> lines = new ArrayList<>();
    log().substring(mark).lines().map(String::strip).filter(l -> !l.isEmpty()).forEach(lines::add);
    return lines;
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    if (madeFolder) {
      Files.deleteIfExists(PRIVILEGE_SEPARATION);
    }
  }
}
