package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sluice.testkit.TestGateway;
import sluice.tftp.check.TftpCheckFactory;

/** A gateway with a listener {@code boot} and a pool {@code boot} of backends a, b, c... */
final class Site implements AutoCloseable {

  final TestGateway gateway;
  private final long sockets;

  private Site(TestGateway gateway) {
    this.gateway = gateway;
    this.sockets = UdpPorts.open();
  }

  static Site start(String options, InetSocketAddress... backends) {
    return startOn("127.0.0.1:0", options, backends);
  }

  static Site startOn(String bind, String options, InetSocketAddress... backends) {
    return start(bind, options, "answer-timeout: 5s", backends);
  }

  /**
   * @param options as a YAML mapping, with or without braces
   * @param pool more keys of the pool, one in a line
   */
  static Site start(String bind, String options, String pool, InetSocketAddress... backends) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("listeners:\n  boot:\n    protocol: tftp\n    bind: \"").append(bind);
    yaml.append("\"\n    pool: boot\n    options: ");
    yaml.append(options.startsWith("{") ? options : "{" + options + "}");
    yaml.append("\npools:\n  boot:\n    balance: { strategy: first }\n");
    pool.lines().forEach(line -> yaml.append("    ").append(line).append('\n'));
    yaml.append("    backends:\n");
    for (int i = 0; i < backends.length; i++) {
      String host = backends[i].getAddress().getHostAddress();
      yaml.append("      ").append((char) ('a' + i)).append(": { address: \"");
      yaml.append(host.contains(":") ? "[" + host + "]" : host);
      yaml.append(':').append(backends[i].getPort()).append("\" }\n");
    }
    return new Site(
        TestGateway.start(yaml.toString(), new TftpProtocolFactory(), new TftpCheckFactory()));
  }

  InetSocketAddress address() {
    return gateway.address("boot");
  }

  /** The records of transfers, as soon as there are so many. */
  List<Map<String, Object>> transfers(int count) {
    return records("transfer", count);
  }

  /** The records of a type, as soon as there are so many. */
  List<Map<String, Object>> records(String type, int count) {
    TestGateway.await(
        count + " records of type " + type, () -> gateway.records(type).size() >= count);
    List<Map<String, Object>> records = gateway.records(type);
    assertEquals(count, records.size(), records::toString);
    return records;
  }

  /** Every session has ended, and with it every port of a transfer is closed. */
  void assertNothingIsLeft() {
    assertNothingIsLeftBut(0);
  }

  /**
   * @param own sockets that the test itself has opened since the start
   */
  void assertNothingIsLeftBut(int own) {
    TestGateway.await("no session is left", () -> gateway.sessions().isEmpty());
    TestGateway.await(
        "as many sockets are open as at the start", () -> UdpPorts.open() == sockets + own);
  }

  /**
   * @param expected as in {@code outcome=ok bytes=12}
   */
  static void assertFields(Map<String, Object> record, String expected) {
    String seen =
        String.join(
            " ",
            Stream.of(expected.split(" "))
                .map(field -> field.substring(0, field.indexOf('=')))
                .map(key -> key + "=" + record.get(key))
                .toList());
    assertEquals(expected, seen, record::toString);
  }

  static byte[] random(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  /** The first of some consecutive UDP ports of 127.0.0.1 that are free now. */
  static int freePorts(int count) throws IOException {
    Random random = new Random();
    while (true) {
      int first = 20_000 + random.nextInt(10_000);
      if (IntStream.range(first, first + count).allMatch(Site::free)) {
        return first;
      }
    }
  }

  private static boolean free(int port) {
    try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    gateway.close();
  }
}
