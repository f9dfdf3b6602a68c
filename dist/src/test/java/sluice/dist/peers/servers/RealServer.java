package sluice.dist.peers.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import sluice.dist.peers.Await;
import sluice.dist.peers.Loopback;
import sluice.dist.peers.ProcessGroup;
import sluice.dist.peers.Scratch;

/**
 * A running server of another make. Files are those of {@link #root()}; it can be killed, started
 * again at the same address, and paused so that the kernel accepts connections for it but nothing
 * is said.
 */
public final class RealServer implements RunningServer {

  /**
   * What it takes to start one.
   *
   * @param command with arguments
   * @param environment added to ours
   * @param tcp whether it listens for connections, or else for datagrams
   */
  record Start(List<String> command, Map<String, String> environment, boolean tcp) {}

  /** Who clients log in as; the password is empty where keys are used. */
  public record Login(String user, String password) {}

  private static final String LISTEN = ":0000 0A "; // no peer, and state 10 of the kernel's

  private final String name;
  private final InetSocketAddress address;
  private final Login login;
  private final Scratch scratch;
  private final Path root;
  private final Path log;
  private final Start start;
  private ProcessGroup process;

  RealServer(
      String name,
      InetSocketAddress address,
      Login login,
      Scratch scratch,
      Path root,
      Path log,
      Start start) {
    this.name = name;
    this.address = address;
    this.login = login;
    this.scratch = scratch;
    this.root = root;
    this.log = log;
    this.start = start;
    try {
      start();
    } catch (AssertionError | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  /** Starts it (again) at its address. */
  public void start() {
    process =
        ProcessGroup.start(
            start.command(), start.environment(), scratch.path(), scratch.path().resolve("output"));
    try {
      Await.until(
          Duration.ofSeconds(20),
          () -> name + " listens at " + address + "; its output:\n" + process.output() + log(),
          this::ready);
    } catch (AssertionError e) {
      process.close();
      throw e;
    }
  }

  /** Ends it and all its sessions; connections are refused from now on. */
  public void kill() {
    process.close();
  }

  /** From now on it is silent, though the kernel accepts connections for it. */
  public void pause() {
    process.signal("STOP");
  }

  /** Ends a pause. */
  public void resume() {
    process.signal("CONT");
  }

  public String name() {
    return name;
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public Login login() {
    return login;
  }

  /** The folder whose files it serves. */
  @Override
  public Path root() {
    return root;
  }

  /** What it has logged and printed so far. */
  @Override
  public String log() {
    try {
      String logged =
          Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1) : "";
      return process.output() + logged;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
    scratch.close();
  }

  @Override
  public String toString() {
    return name + " at " + address;
  }

  private boolean ready() throws IOException {
    if (!process.alive()) {
      throw new AssertionError(name + " ended:\n" + log());
    }
    // Asking the kernel, as a connection would leave its mark in the server's log.
    boolean v6 = address.getAddress() instanceof Inet6Address;
    String host = v6 ? "" : reversedHex(address.getAddress());
    String socket = host + ":%04X ".formatted(address.getPort());
    return start.tcp()
        ? sockets("tcp", v6).anyMatch(line -> line.contains(socket) && line.contains(LISTEN))
        : sockets("udp", v6).anyMatch(line -> line.contains(socket));
  }

  private static Stream<String> sockets(String protocol, boolean v6) throws IOException {
    return Files.readAllLines(Path.of("/proc/net/" + protocol + (v6 ? "6" : ""))).stream();
  }

  private static String reversedHex(InetAddress address) {
    byte[] b = address.getAddress();
    return "%02X%02X%02X%02X".formatted(b[3], b[2], b[1], b[0]);
  }

  /** A free port at this address. */
  static InetSocketAddress free(InetAddress address) {
    return new InetSocketAddress(address, Loopback.freePort(address));
  }
}
