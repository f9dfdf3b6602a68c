package sluice.tftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sluice.api.PortRanges;
import sluice.testkit.tftp.TftpPacket;

/** What comes to the listening port. */
class TftpListenerTest {

  private static final TftpOptions SINGLE_PORT =
      new TftpOptions(
          PortRanges.ANY, true, Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ZERO);

  private Rig rig = new Rig(TftpOptions.DEFAULT);

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "1,file, ERROR 4 The file name does not end with NUL",
        "1,'', ERROR 4 The file name does not end with NUL",
        "1,~octet~, ERROR 4 The request names no file",
        "2,file~, ERROR 4 The request names no mode",
        "2,file~octet, ERROR 4 The request names no mode",
        "2,file~~, ERROR 4 The request names no mode",
        "0,file~octet~, ERROR 4 Illegal TFTP operation",
        "7,file~octet~, ERROR 4 Illegal TFTP operation",
        "3,aa, ERROR 5 Unknown transfer ID",
        "4,aa, ERROR 5 Unknown transfer ID",
        "6,blksize~9~, ERROR 5 Unknown transfer ID",
        "5,aa~, -"
      })
  void whatIsNoRequestIsRefused(int opcode, String rest, String answer) {
    String text = "\0" + (char) opcode + rest.replace('~', '\0');
    rig.request(TftpPacket.of(text.getBytes(StandardCharsets.ISO_8859_1)));
    rig.assertFromListener(answer == null ? new String[0] : new String[] {answer});
    assertEquals(0, rig.sessions.size());
    assertEquals(1, rig.listener.strays());
  }

  @Test
  void packetsWithoutAnOpcodeAreRefused() {
    rig.request(TftpPacket.of());
    rig.request(TftpPacket.of((byte) 0));
    rig.assertFromListener("ERROR 4 Illegal TFTP operation", "ERROR 4 Illegal TFTP operation");
  }

  @Test
  void aRequestThatIsTooLongIsRefused() {
    rig.request(TftpPacket.rrq("x".repeat(2048)));
    rig.assertFromListener("ERROR 4 The request is longer than 2048 bytes");
  }

  @Test
  void nothingIsSentWhereNobodyCanBe() {
    for (String address : List.of("0.0.0.0", "255.255.255.255", "224.0.0.1", "ff02::1")) {
      rig.toListener(new InetSocketAddress(address, 2070), TftpPacket.rrq("file"));
      rig.toListener(new InetSocketAddress(address, 2070), TftpPacket.ack(1));
    }
    rig.toListener(new InetSocketAddress("192.0.2.7", 0), TftpPacket.rrq("file"));
    rig.toListener(new InetSocketAddress("192.0.2.7", 0), TftpPacket.ack(1));
    rig.listener.received(
        Rig.CLIENT,
        new InetSocketAddress("255.255.255.255", 69),
        Unpooled.wrappedBuffer(TftpPacket.rrq("file").bytes()));
    rig.assertFromListener();
    assertEquals(0, rig.sessions.size());
  }

  @Test
  void senderOfManyStraysIsAnsweredSoManyTimesOnly() {
    for (int i = 0; i < 1000; i++) {
      rig.request(TftpPacket.ack(i));
    }
    assertEquals(100, rig.sent.size());
    assertEquals(1000, rig.listener.strays());
  }

  @Test
  void aRunningTransferIsNotEndedByItsClientsPacketToTheWrongPort() {
    rig.request(TftpPacket.rrq("file"));
    rig.backend(TftpPacket.data(1, new byte[512]));
    rig.request(TftpPacket.ack(1));
    rig.assertFromListener();
    rig.assertToBackend("RRQ file octet {}");
  }

  @Test
  void withASinglePortClientsAreToldApartByTheirAddress() {
    rig.close();
    rig = new Rig(SINGLE_PORT);
    InetSocketAddress other = new InetSocketAddress("192.0.2.7", 2071);
    rig.request(TftpPacket.rrq("one"));
    rig.toListener(other, TftpPacket.wrq("two"));
    FakeSession one = rig.sessions.get(0);
    FakeSession two = rig.sessions.get(1);
    rig.backend(TftpPacket.oack(Map.of("blksize", "1000")));
    rig.assertFromListener("OACK {blksize=1000} to /192.0.2.7:2071");
    rig.toListener(other, TftpPacket.data(1, new byte[10]));
    rig.assertToBackend("WRQ two octet {}", "DATA 1 (10 bytes)");
    rig.backend(TftpPacket.ack(1));
    rig.assertFromListener("ACK 1 to /192.0.2.7:2071");
    assertEquals(List.of("WRQ two ok"), two.transfers);
    assertEquals(List.of(), one.transfers);
    rig.toListener(other, TftpPacket.data(1, new byte[10]));
    rig.assertFromListener("ACK 1 to /192.0.2.7:2071");

    rig.toListener(other, TftpPacket.rrq("three"));
    assertTrue(two.ended());
    rig.assertToBackend("RRQ three octet {}");
    assertEquals(2, rig.listener.relays());

    rig.toListener(new InetSocketAddress("192.0.2.8", 2070), TftpPacket.ack(1));
    rig.assertFromListener("ERROR 5 Unknown transfer ID to /192.0.2.8:2070");
  }

  @Test
  void withASinglePortAClientMayGiveUpBeforeTheAnswer() {
    rig.close();
    rig = new Rig(SINGLE_PORT);
    rig.request(TftpPacket.rrq("one"));
    rig.request(TftpPacket.error(0, "never mind"));
    assertEquals("aborted by client (ERROR 0: never mind)", rig.session().outcome.toString());
    assertEquals(0, rig.listener.relays());
  }

  @Test
  void noPacketWhateverItsBytesBreaksAnything() {
    Random random = new Random(69);
    for (TftpOptions options : List.of(TftpOptions.DEFAULT, SINGLE_PORT)) {
      rig.close();
      rig = new Rig(options);
      for (int i = 0; i < 8_000; i++) {
        byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? 3000 : 24)];
        random.nextBytes(bytes);
        if (bytes.length > 1 && random.nextInt(20) != 0) {
          bytes[0] = 0;
          bytes[1] = (byte) random.nextInt(8);
        }
        if (bytes.length > 3 && random.nextBoolean()) {
          bytes[2] = 0;
          bytes[3] = (byte) random.nextInt(4);
        }
        TftpPacket packet = TftpPacket.of(bytes);
        InetSocketAddress other = new InetSocketAddress("10.0.0.69", random.nextInt(65536));
        boolean open = !rig.sessions.isEmpty() && !rig.session().ended();
        switch (open ? random.nextInt(5) : 0) {
          case 1 -> rig.backend(packet);
          case 2 -> rig.backend(other, packet);
          case 3 -> {
            if (rig.session().clientSide != null) {
              rig.client(packet);
            }
          }
          case 4 -> rig.pass(random.nextInt(2000));
          default -> rig.request(random.nextInt(50) == 0 ? TftpPacket.rrq("file") : packet);
        }
      }
      assertTrue(rig.sessions.stream().filter(session -> !session.transfers.isEmpty()).count() > 9);
      rig.pass(3_600_000);
      assertTrue(rig.listener.relays() <= 1); // An answer is waited for by the gateway's core.
    }
  }
}
