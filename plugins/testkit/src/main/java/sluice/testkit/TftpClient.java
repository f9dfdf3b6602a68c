package sluice.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import sluice.testkit.tftp.Netascii;
import sluice.testkit.tftp.TftpContent;
import sluice.testkit.tftp.TftpExchange;
import sluice.testkit.tftp.TftpFaults;
import sluice.testkit.tftp.TftpOptions;
import sluice.testkit.tftp.TftpPacket;
import sluice.testkit.tftp.TftpSocket;

/**
 * A TFTP client for tests: RFC 1350 with the options blksize, timeout, tsize and windowsize (RFC
 * 2347 to 2349, 7440). Immutable; every transfer uses a port of its own unless told otherwise.
 *
 * @param server where requests go
 * @param local where requests leave from; port 0 for a free one
 * @param mode octet or netascii
 * @param options asked for in requests, by name
 * @param retransmit how long to wait before a packet is sent again
 * @param attempts how often a packet is sent before the transfer is given up
 * @param dally how long to stay after a download, in case its last acknowledgement was lost
 * @param faults for the packets that the client sends
 */
public record TftpClient(
    InetSocketAddress server,
    InetSocketAddress local,
    String mode,
    Map<String, String> options,
    Duration retransmit,
    int attempts,
    Duration dally,
    TftpFaults faults) {

  /** A client without options, in octet mode. */
  public static TftpClient to(InetSocketAddress server) {
    InetAddress any =
        server.getAddress().isLoopbackAddress()
            ? server.getAddress()
            : new InetSocketAddress(0).getAddress();
    return new TftpClient(
        server,
        new InetSocketAddress(any, 0),
        "octet",
        Map.of(),
        Duration.ofSeconds(1),
        6,
        Duration.ZERO,
        TftpFaults.none());
  }

  /** The same from a local address. */
  public TftpClient from(InetSocketAddress address) {
    return new TftpClient(server, address, mode, options, retransmit, attempts, dally, faults);
  }

  /** The same in another mode. */
  public TftpClient mode(String other) {
    return new TftpClient(server, local, other, options, retransmit, attempts, dally, faults);
  }

  /** The same with one more option asked for. */
  public TftpClient option(String name, Object value) {
    Map<String, String> more = new LinkedHashMap<>(options);
    more.put(name, value.toString());
    return new TftpClient(server, local, mode, more, retransmit, attempts, dally, faults);
  }

  /** The same that sends packets again after another time. */
  public TftpClient retransmit(Duration time) {
    return new TftpClient(server, local, mode, options, time, attempts, dally, faults);
  }

  /** The same that sends packets more or less often. */
  public TftpClient attempts(int count) {
    return new TftpClient(server, local, mode, options, retransmit, count, dally, faults);
  }

  /** The same that stays after a download for repetitions of the last block. */
  public TftpClient dally(Duration time) {
    return new TftpClient(server, local, mode, options, retransmit, attempts, time, faults);
  }

  /** The same with faults. */
  public TftpClient faults(TftpFaults other) {
    return new TftpClient(server, local, mode, options, retransmit, attempts, dally, other);
  }

  /**
   * Downloads a file.
   *
   * @throws sluice.testkit.tftp.TftpException if the server answers with an ERROR
   * @throws java.net.SocketTimeoutException if it does not answer
   */
  public byte[] get(String file) throws IOException {
    TftpPacket request = TftpPacket.request(TftpPacket.RRQ, file, mode, options);
    try (TftpSocket socket = TftpSocket.open(local, faults)) {
      TftpExchange exchange = new TftpExchange(socket, server, false, retransmit, attempts);
      TftpPacket answer =
          exchange.ask(
              request,
              opcode(TftpPacket.DATA)
                  .and(packet -> packet.block() == 1)
                  .or(opcode(TftpPacket.OACK)));
      TftpOptions agreed = TftpOptions.DEFAULT;
      TftpPacket first = answer;
      TftpPacket opening = request;
      if (answer.opcode() == TftpPacket.OACK) {
        agreed = TftpOptions.from(answer.options());
        first = null;
        opening = TftpPacket.ack(0);
        exchange.send(opening);
      }
      TftpContent content = exchange.receiveBlocks(first, opening, agreed);
      exchange.finish(content, dally);
      return netascii() ? Netascii.decode(content.bytes()) : content.bytes();
    }
  }

  /**
   * Uploads a file.
   *
   * @throws sluice.testkit.tftp.TftpException if the server answers with an ERROR
   * @throws java.net.SocketTimeoutException if it does not answer
   */
  public void put(String file, byte[] content) throws IOException {
    TftpPacket request = TftpPacket.request(TftpPacket.WRQ, file, mode, options);
    try (TftpSocket socket = TftpSocket.open(local, faults)) {
      TftpExchange exchange = new TftpExchange(socket, server, false, retransmit, attempts);
      TftpPacket answer =
          exchange.ask(
              request,
              opcode(TftpPacket.ACK)
                  .and(packet -> packet.block() == 0)
                  .or(opcode(TftpPacket.OACK)));
      exchange.sendBlocks(
          netascii() ? Netascii.encode(content) : content,
          answer.opcode() == TftpPacket.OACK
              ? TftpOptions.from(answer.options())
              : TftpOptions.DEFAULT);
    }
  }

  private boolean netascii() {
    return mode.equalsIgnoreCase("netascii");
  }

  private static Predicate<TftpPacket> opcode(int opcode) {
    return packet -> packet.opcode() == opcode;
  }
}
