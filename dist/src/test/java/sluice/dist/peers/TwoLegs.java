package sluice.dist.peers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Three networks: a client, the gateway with a leg in each, and servers, with no route between
 * client and servers.
 */
public final class TwoLegs implements AutoCloseable {

  public static final String CLIENT = "10.1.0.2";
  public static final String GATEWAY = "10.1.0.1";
  public static final String GATEWAY_V6 = "fd00:1::1";
  public static final String INSIDE = "10.2.0.1";
  public static final String SERVER = "10.2.0.2";

  private final Scratch scratch;
  private final NetworkNamespace client;
  private final NetworkNamespace middle;
  private final NetworkNamespace behind;

  private TwoLegs(
      Scratch scratch, NetworkNamespace client, NetworkNamespace middle, NetworkNamespace behind) {
    this.scratch = scratch;
    this.client = client;
    this.middle = middle;
    this.behind = behind;
  }

  /** Makes them; skips (or fails) the running test where that is not possible. */
  public static TwoLegs create() throws Exception {
    NetworkNamespace.require();
    Scratch scratch = Scratch.create("two-legs");
    TwoLegs made =
        new TwoLegs(
            scratch,
            NetworkNamespace.create(scratch.folder("client")),
            NetworkNamespace.create(scratch.folder("middle")),
            NetworkNamespace.create(scratch.folder("behind")));
    NetworkNamespace.join(made.client, "eth", made.middle, "left");
    NetworkNamespace.join(made.behind, "eth", made.middle, "right");
    made.client.run(up("eth", CLIENT, "fd00:1::2"));
    made.middle.run(up("left", GATEWAY, GATEWAY_V6) + up("right", INSIDE, "fd00:2::1"));
    made.behind.run(up("eth", SERVER, "fd00:2::2"));
    return made;
  }

  /** Commands that give an interface its addresses. */
  public static String up(String device, String v4, String v6) {
    return "ip address add %s/24 dev %s\nip address add %s/64 dev %s nodad\nip link set %s up\n"
        .formatted(v4, device, v6, device, device);
  }

  public NetworkNamespace client() {
    return client;
  }

  public NetworkNamespace middle() {
    return middle;
  }

  public NetworkNamespace behind() {
    return behind;
  }

  public Scratch scratch() {
    return scratch;
  }

  /** A gateway between them, at 10.1.0.1, fd00:1::1 and 10.2.0.1. */
  public PackagedGateway gateway(String descriptor) {
    return PackagedGateway.start(descriptor, middle.prefix());
  }

  /**
   * Starts vsftpd among the servers, for anonymous clients with one folder {@code files}; it is in
   * use when this returns.
   *
   * @param home its top folder, which has {@code files}
   * @param more further lines of its configuration
   */
  public ProcessGroup vsftpd(Path home, int port, String more) throws Exception {
    Path configuration =
        scratch.write(
            "vsftpd-" + port + ".conf",
            """
            background=NO
            listen=YES
            listen_ipv6=NO
            listen_address=%s
            listen_port=%d
            anonymous_enable=YES
            local_enable=NO
            ftp_username=daemon
            nopriv_user=nobody
            anon_root=%s
            write_enable=YES
            anon_upload_enable=YES
            anon_other_write_enable=YES
            anon_world_readable_only=NO
            anon_umask=022
            secure_chroot_dir=%s
            seccomp_sandbox=NO
            isolate_network=NO
            connect_from_port_20=NO
            max_per_ip=0
            %s
            """
                .formatted(SERVER, port, home, scratch.folder("empty"), more));
    ProcessGroup server = behind.start(Programs.VSFTPD.path(), configuration.toString());
    awaitListening(behind, server, port);
    return server;
  }

  /** Waits until something listens on a port there. */
  public static void awaitListening(NetworkNamespace where, ProcessGroup what, int port) {
    Await.until(
        Duration.ofSeconds(20),
        () -> "port " + port + " is open: " + what.output(),
        () -> {
          try {
            return !where.run("ss -Hltn 'sport = :" + port + "'").isBlank();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  @Override
  public void close() {
    for (NetworkNamespace each : List.of(client, middle, behind)) {
      each.close();
    }
    scratch.close();
  }
}
