package sluice.testkit.demo;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The ports of the demo, all on 127.0.0.1.
 *
 * @param byVariable the environment variable of the sample descriptor, and its port
 */
record DemoPorts(Map<String, Integer> byVariable) {

  static final String FTP = "DEMO_FTP";
  static final String TFTP = "DEMO_TFTP";
  static final String SFTP = "DEMO_SFTP";

  /** Those that the sample descriptor has as its defaults. */
  static final DemoPorts USUAL = of(2121, 6969, 2222, 2131, 2132, 6971, 6972, 2231, 2232);

  /** Nine ports in a row. */
  static DemoPorts from(int first) {
    return of(
        first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7,
        first + 8);
  }

  private static DemoPorts of(
      int ftp, int tftp, int sftp, int ftpA, int ftpB, int tftpA, int tftpB, int sftpA, int sftpB) {
    Map<String, Integer> ports = new LinkedHashMap<>();
    ports.put(FTP, ftp);
    ports.put(TFTP, tftp);
    ports.put(SFTP, sftp);
    ports.put("DEMO_FILES_A", ftpA);
    ports.put("DEMO_FILES_B", ftpB);
    ports.put("DEMO_BOOT_A", tftpA);
    ports.put("DEMO_BOOT_B", tftpB);
    ports.put("DEMO_VAULT_A", sftpA);
    ports.put("DEMO_VAULT_B", sftpB);
    return new DemoPorts(ports);
  }

  InetSocketAddress address(String variable) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), byVariable.get(variable));
  }

  /** The address of a backend. */
  InetSocketAddress backend(String pool, String name) {
    return address(
        "DEMO_"
            + pool.toUpperCase(java.util.Locale.ROOT)
            + "_"
            + name.toUpperCase(java.util.Locale.ROOT));
  }

  /** What a descriptor's variable is; null for one that is not of the demo. */
  String variable(String name) {
    Integer port = byVariable.get(name);
    return port == null ? System.getenv(name) : String.valueOf(port);
  }

  /** What is wrong with the first port that cannot be had. */
  Optional<String> problem() {
    for (Map.Entry<String, Integer> port : byVariable.entrySet()) {
      boolean udp = port.getKey().equals(TFTP) || port.getKey().startsWith("DEMO_BOOT");
      try {
        take(address(port.getKey()), udp);
      } catch (IOException e) {
        return Optional.of(
            (udp ? "UDP" : "TCP")
                + " port "
                + port.getValue()
                + " of 127.0.0.1, which the demo uses as "
                + port.getKey()
                + ", cannot be had ("
                + e.getMessage()
                + "). Another demo may be running. Choose other ports with --port-base: \"gateway.sh"
                + " demo --port-base 31000\" takes 31000 to 31008");
      }
    }
    return Optional.empty();
  }

  private static void take(InetSocketAddress address, boolean udp) throws IOException {
    if (udp) {
      new DatagramSocket(address).close();
    } else {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(address);
      }
    }
  }
}
