package sluice.ftp.codec;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The addresses in PORT and PASV (RFC 959 section 5.3.2) and in EPRT and EPSV (RFC 2428). Every
 * reader is total: what is not an address with a port of 1 to 65535 is empty, never an exception.
 */
public final class AddressCodec {

  private AddressCodec() {}

  /**
   * The argument of EPRT.
   *
   * @param family as RFC 2428 numbers them: 1 is IPv4, 2 is IPv6
   * @param address empty if the family is another; an IPv4 one under family 2 if it was told as the
   *     IPv6 address that stands for it
   */
  public record Eprt(int family, Optional<InetSocketAddress> address) {}

  /** The family number of an address: 1 for IPv4, 2 for IPv6. */
  public static int family(InetAddress address) {
    return address instanceof Inet4Address ? 1 : 2;
  }

  /** Reads the argument of PORT: six numbers and nothing else. */
  public static Optional<InetSocketAddress> port(String argument) {
    String text = argument.strip();
    Six six = Six.at(text, 0);
    return six != null && six.end() == text.length() ? six.address() : Optional.empty();
  }

  /**
   * Reads the text of a 227 reply: the first six numbers with commas between, wherever they stand,
   * as RFC 1123 section 4.1.2.6 advises.
   */
  public static Optional<InetSocketAddress> pasv(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (digit(text, i) && (i == 0 || !digit(text, i - 1))) {
        Six six = Six.at(text, i);
        if (six != null) {
          return six.address();
        }
      }
    }
    return Optional.empty();
  }

  /** Reads the text of a 229 reply, {@code (|||port|)}; what stands between the bars is ignored. */
  public static OptionalInt epsv(String text) {
    for (int i = 0; i < text.length(); i++) {
      char bar = text.charAt(i);
      if (bar < 33 || bar > 126 || Character.isLetterOrDigit(bar)) {
        continue;
      }
      int second = text.indexOf(bar, i + 1);
      int third = second < 0 ? -1 : text.indexOf(bar, second + 1);
      if (third < 0 || !emptyOrAddress(text, i + 1, second, third)) {
        continue;
      }
      int end = digitsEnd(text, third + 1);
      OptionalInt port = number(text, third + 1, end, 65535);
      if (port.isPresent() && (end == text.length() || text.charAt(end) == bar)) {
        return port.getAsInt() == 0 ? OptionalInt.empty() : port;
      }
    }
    return OptionalInt.empty();
  }

  /** Nothing between the bars, as RFC 2428 has it, or what an EPRT would have there. */
  private static boolean emptyOrAddress(String text, int first, int second, int third) {
    String address = text.substring(second + 1, third);
    return first == second
        ? address.isEmpty()
        : second == first + 1 && (address.contains(".") || address.contains(":"));
  }

  /** Reads the argument of EPRT, {@code |family|address|port|}; empty if it is malformed. */
  public static Optional<Eprt> eprt(String argument) {
    String text = argument.strip();
    if (text.length() < 7 || text.charAt(0) < 33 || text.charAt(0) > 126) {
      return Optional.empty();
    }
    char bar = text.charAt(0);
    int second = text.indexOf(bar, 1);
    int third = second < 0 ? -1 : text.indexOf(bar, second + 1);
    int fourth = third < 0 ? -1 : text.indexOf(bar, third + 1);
    if (fourth != text.length() - 1) {
      return Optional.empty();
    }
    OptionalInt family = number(text, 1, second, 65535);
    OptionalInt port = number(text, third + 1, fourth, 65535);
    if (family.isEmpty() || port.isEmpty() || port.getAsInt() == 0) {
      return Optional.empty();
    }
    String host = text.substring(second + 1, third);
    boolean right =
        family.getAsInt() == 1
            ? NetUtil.isValidIpV4Address(host)
            : family.getAsInt() == 2 && plainV6(host);
    if (family.getAsInt() != 1 && family.getAsInt() != 2) {
      return Optional.of(new Eprt(family.getAsInt(), Optional.empty()));
    }
    return right
        ? Optional.of(
            new Eprt(family.getAsInt(), Optional.of(new InetSocketAddress(host, port.getAsInt()))))
        : Optional.empty();
  }

  /** Neither a scope, which means nothing elsewhere, nor brackets, which belong into URLs. */
  private static boolean plainV6(String host) {
    return NetUtil.isValidIpV6Address(host) && !host.contains("%") && !host.startsWith("[");
  }

  /** The text of a 227 reply in the form that firewalls on the way look for. */
  public static String pasvText(Inet4Address address, int port) {
    return "Entering Passive Mode (" + six(address, port) + ").";
  }

  /** The text of a 229 reply. */
  public static String epsvText(int port) {
    return "Entering Extended Passive Mode (|||" + port + "|)";
  }

  /** A PORT command. */
  public static String portCommand(Inet4Address address, int port) {
    return "PORT " + six(address, port);
  }

  /** An EPRT command. */
  public static String eprtCommand(InetAddress address, int port) {
    String host = NetUtil.toAddressString(address);
    int scope = host.indexOf('%');
    return "EPRT |"
        + family(address)
        + "|"
        + (scope < 0 ? host : host.substring(0, scope))
        + "|"
        + port
        + "|";
  }

  private static String six(Inet4Address address, int port) {
    return address.getHostAddress().replace('.', ',') + "," + (port >> 8) + "," + (port & 0xFF);
  }

  private record Six(int[] numbers, int end) {

    /** Six numbers at a position, or null; each may be too large. */
    static Six at(String text, int start) {
      int[] numbers = new int[6];
      int at = start;
      for (int i = 0; i < 6; i++) {
        at = skipSpace(text, at);
        int end = digitsEnd(text, at);
        if (end == at) {
          return null;
        }
        numbers[i] = number(text, at, end, 255).orElse(-1);
        at = end;
        if (i < 5) {
          at = skipSpace(text, at);
          if (at == text.length() || text.charAt(at) != ',') {
            return null;
          }
          at++;
        }
      }
      return new Six(numbers, at);
    }

    Optional<InetSocketAddress> address() {
      byte[] host = new byte[4];
      for (int i = 0; i < 6; i++) {
        if (numbers[i] < 0) {
          return Optional.empty();
        }
        if (i < 4) {
          host[i] = (byte) numbers[i];
        }
      }
      int port = numbers[4] << 8 | numbers[5];
      try {
        return port == 0
            ? Optional.empty()
            : Optional.of(new InetSocketAddress(InetAddress.getByAddress(host), port));
      } catch (UnknownHostException e) {
        throw new AssertionError("four bytes are an address", e);
      }
    }
  }

  private static boolean digit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static int digitsEnd(String text, int start) {
    int end = start;
    while (digit(text, end)) {
      end++;
    }
    return end;
  }

  private static int skipSpace(String text, int start) {
    int at = start;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  /** A whole number without sign, at most {@code max}. */
  private static OptionalInt number(String text, int start, int end, int max) {
    if (start >= end) {
      return OptionalInt.empty();
    }
    int value = 0;
    for (int i = start; i < end; i++) {
      if (!digit(text, i)) {
        return OptionalInt.empty();
      }
      value = 10 * value + text.charAt(i) - '0';
      if (value > max) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.of(value);
  }
}
