package sluice.ftp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressCodecTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Entering Passive Mode (192,168,1,2,7,226).; 2018",
        "Entering Passive Mode (192,168,1,2,30,55); 7735",
        "Entering Passive Mode 10,0,0,1,4,1; 1025",
        "=10,0,0,1,4,1; 1025",
        "Entering Passive Mode (10, 0, 0, 1, 4, 1); 1025",
        "Passive mode 2 of 3 (10,0,0,1,4,1) ok; 1025",
        "(0,0,0,0,255,255); 65535",
        "10,0,0,1,0,1; 1",
      })
  void portOfA227IsReadInAnyForm(String text, int port) {
    assertEquals(port, AddressCodec.pasv(text).orElseThrow().getPort());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Entering Passive Mode",
        "Entering Passive Mode (10,0,0,1,4)",
        "Entering Passive Mode (256,0,0,1,4,1)",
        "Entering Passive Mode (10,0,0,1,256,1)",
        "Entering Passive Mode (10,0,0,1,4,999)",
        "Entering Passive Mode (10,0,0,1,0,0)",
        "Entering Passive Mode (10,,0,1,4,1)",
        "Entering Passive Mode (10,0,0,1,-4,1)",
        "Entering Passive Mode (99999999999999999999,0,0,1,4,1)",
        "(|||6446|)"
      })
  void whatIsNoAddressInA227IsEmpty(String text) {
    assertEquals(Optional.empty(), AddressCodec.pasv(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Entering Extended Passive Mode (|||6446|); 6446",
        "Entering Extended Passive Mode |||6446|; 6446",
        "ok (!!!6446!); 6446",
        "ok (|1|10.9.9.9|6446|); 6446",
        "ok (|||6446; 6446",
        "ok (|||65535|).; 65535",
      })
  void portOfA229IsReadInAnyForm(String text, int port) {
    assertEquals(OptionalInt.of(port), AddressCodec.epsv(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "(||||)",
        "(|||0|)",
        "(|||65536|)",
        "(|||64x6|)",
        "(||6446|)",
        "(10,0,0,1,4,1)"
      })
  void whatIsNoPortInA229IsEmpty(String text) {
    assertEquals(OptionalInt.empty(), AddressCodec.epsv(text));
  }

  @Test
  void portArgumentIsStrict() {
    assertEquals(
        new InetSocketAddress("10.0.0.1", 51201),
        AddressCodec.port(" 10,0,0,1,200,1 ").orElseThrow());
    for (String wrong :
        new String[] {
          "", "10,0,0,1,200", "10,0,0,1,200,1,1", "(10,0,0,1,200,1)", "a", "1,2,3,4,0,0"
        }) {
      assertEquals(Optional.empty(), AddressCodec.port(wrong), wrong);
    }
  }

  @Test
  void eprtArgumentIsStrictAndLooksNoNameUp() {
    AddressCodec.Eprt v6 = AddressCodec.eprt("|2|2001:db8::7|51201|").orElseThrow();
    assertEquals(2, v6.family());
    assertEquals(51201, v6.address().orElseThrow().getPort());
    assertEquals(3, AddressCodec.eprt("|3|whatever|51201|").orElseThrow().family());
    for (String wrong :
        new String[] {
          "",
          "|1|10.0.0.1|51201",
          "|1|localhost|51201|",
          "|1|10.0.0.256|51201|",
          "|1|2001:db8::7|51201|",
          "|2|10.0.0.1|51201|",
          "|2|fe80::1%1|51201|",
          "|1|10.0.0.1|0|",
          "|1|10.0.0.1|65536|",
          "|x|10.0.0.1|51201|"
        }) {
      assertEquals(Optional.empty(), AddressCodec.eprt(wrong), wrong);
    }
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Inet4Address v4 = (Inet4Address) InetAddress.getByName("192.0.2.200");
    assertEquals(
        new InetSocketAddress(v4, 7735), AddressCodec.pasv(AddressCodec.pasvText(v4, 7735)).get());
    assertEquals("PORT 192,0,2,200,7,226", AddressCodec.portCommand(v4, 2018));
    assertEquals("EPRT |1|192.0.2.200|2018|", AddressCodec.eprtCommand(v4, 2018));
    assertEquals(
        "EPRT |2|2001:db8::7|2018|",
        AddressCodec.eprtCommand(InetAddress.getByName("2001:db8::7"), 2018));
    assertEquals(7735, AddressCodec.epsv(AddressCodec.epsvText(7735)).getAsInt());
  }

  @Test
  void everyReaderIsTotal() {
    Random random = new Random(7);
    String alphabet = "0123456789,,,,|||()!. -ax\u00ff%:";
    int found = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(24); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String s = text.toString();
      found += AddressCodec.pasv(s).map(a -> inRange(a.getPort())).orElse(0);
      found += AddressCodec.port(s).map(a -> inRange(a.getPort())).orElse(0);
      AddressCodec.epsv(s).ifPresent(AddressCodecTest::inRange);
      AddressCodec.eprt(s).flatMap(AddressCodec.Eprt::address).ifPresent(a -> inRange(a.getPort()));
    }
    assertTrue(found >= 0);
  }

  private static int inRange(int port) {
    assertTrue(port >= 1 && port <= 65535);
    return 1;
  }
}
