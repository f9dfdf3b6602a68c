package sluice.ftp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Any text as PORT, EPRT, 227 and 229; any address told and read again. */
public final class AddressFuzz {

  private static final Pattern PORT =
      Pattern.compile(" *([0-9]+)" + " *, *([0-9]+)".repeat(5) + " *");
  private static final Pattern SIX =
      Pattern.compile("(?<![0-9])([0-9]+)" + " *, *([0-9]+)".repeat(5));
  private static final Pattern EPRT =
      Pattern.compile("(.)0*([12])\\1([0-9A-Fa-f:.]+)\\1([0-9]+)\\1");

  private AddressFuzz() {}

  /** Run by Jazzer, and on the seeds by {@link FuzzSeedsTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    port(text);
    pasv(text);
    epsv(text);
    eprt(text);
    told(input);
  }

  private static void port(String text) {
    Matcher six = PORT.matcher(text.strip());
    assertEquals(six.matches() ? address(six) : Optional.empty(), AddressCodec.port(text));
  }

  private static void pasv(String text) {
    Matcher six = SIX.matcher(text);
    assertEquals(six.find() ? address(six) : Optional.empty(), AddressCodec.pasv(text));
  }

  /** Six numbers by another way than the codec's. */
  private static Optional<InetSocketAddress> address(Matcher six) {
    int[] numbers = new int[6];
    for (int i = 0; i < 6; i++) {
      String digits = six.group(i + 1).replaceFirst("^0+(?=.)", "");
      if (digits.length() > 3 || Integer.parseInt(digits) > 255) {
        return Optional.empty();
      }
      numbers[i] = Integer.parseInt(digits);
    }
    int port = numbers[4] * 256 + numbers[5];
    byte[] host = new byte[4];
    for (int i = 0; i < 4; i++) {
      host[i] = (byte) numbers[i];
    }
    return port == 0 ? Optional.empty() : Optional.of(new InetSocketAddress(of(host), port));
  }

  private static void epsv(String text) {
    OptionalInt port = AddressCodec.epsv(text);
    if (port.isPresent()) {
      assertTrue(port.getAsInt() > 0 && port.getAsInt() < 65536);
      assertTrue(
          Pattern.compile("([!-/:-@\\[-`{-~]).*\\10*" + port.getAsInt() + "(\\1|$)", Pattern.DOTALL)
              .matcher(text)
              .find(),
          "a port that is not between bars");
    }
  }

  private static void eprt(String text) {
    Optional<AddressCodec.Eprt> eprt = AddressCodec.eprt(text);
    if (eprt.isEmpty() || eprt.get().address().isEmpty()) {
      eprt.ifPresent(other -> assertFalse(other.family() == 1 || other.family() == 2));
      return;
    }
    InetSocketAddress address = eprt.get().address().get();
    assertFalse(address.isUnresolved(), "a name was looked up");
    assertTrue(address.getPort() > 0);
    if (address.getAddress() instanceof Inet6Address) {
      assertEquals(2, eprt.get().family());
    } else {
      // ::ffff:192.0.2.7 is an IPv4 address.
      assertTrue(eprt.get().family() == 1 || text.toLowerCase(Locale.ROOT).contains("ffff:"));
    }
    Matcher parts = EPRT.matcher(text.strip());
    assertTrue(parts.matches(), "it has another form");
    assertEquals(address.getPort(), Integer.parseInt(parts.group(4).replaceFirst("^0+", "")));
  }

  /** What is told of any address is read as that address. */
  private static void told(byte[] input) {
    if (input.length < 18) {
      return;
    }
    int port = 1 + ((input[16] & 0xFF) << 8 | input[17] & 0xFF) % 65535;
    Inet4Address v4 = (Inet4Address) of(Arrays.copyOf(input, 4));
    Optional<InetSocketAddress> told = Optional.of(new InetSocketAddress(v4, port));
    assertEquals(told, AddressCodec.pasv(AddressCodec.pasvText(v4, port)));
    assertEquals(told, AddressCodec.port(argument(AddressCodec.portCommand(v4, port))));
    assertEquals(
        told,
        AddressCodec.eprt(argument(AddressCodec.eprtCommand(v4, port))).orElseThrow().address());
    assertEquals(OptionalInt.of(port), AddressCodec.epsv(AddressCodec.epsvText(port)));
    if (of(Arrays.copyOf(input, 16)) instanceof Inet6Address v6) {
      assertEquals(
          Optional.of(new AddressCodec.Eprt(2, Optional.of(new InetSocketAddress(v6, port)))),
          AddressCodec.eprt(argument(AddressCodec.eprtCommand(v6, port))));
    }
  }

  private static String argument(String command) {
    return command.substring(5);
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
