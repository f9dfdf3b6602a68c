package sluice.ftp.session;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What PASV announces to whom: the address of the narrowest network that the client is in, else
 * that of everybody. Thread-safe.
 */
final class PublicAddresses implements AutoCloseable {

  private record Entry(Network network, PublicAddress address) {}

  private final PublicAddress others;
  private final List<Entry> narrowestFirst = new ArrayList<>();
  private final Map<String, PublicAddress> byText = new HashMap<>();

  PublicAddresses(String forAll, Map<String, String> byNetwork) {
    others = byText.computeIfAbsent(forAll, PublicAddress::new);
    byNetwork.forEach(
        (network, text) ->
            narrowestFirst.add(
                new Entry(
                    Network.parse("public-address-for", network),
                    byText.computeIfAbsent(text, PublicAddress::new))));
    narrowestFirst.sort(Comparator.comparingInt(entry -> -entry.network().prefix()));
  }

  /**
   * Looks at the options before anything is made of them.
   *
   * @throws IllegalArgumentException if a value is no IPv4 address or name, or a network is none of
   *     IPv4 or stands there twice
   */
  static void check(String forAll, Map<String, String> byNetwork) {
    check("public-address", forAll);
    Set<Network> seen = new HashSet<>();
    byNetwork.forEach(
        (text, address) -> {
          Network network = Network.parse("public-address-for", text);
          if (!network.v4()) {
            throw new IllegalArgumentException(
                "public-address-for has the IPv6 network "
                    + text
                    + ", but IPv6 clients use EPSV, which announces no address; remove it");
          }
          if (!seen.add(network)) {
            throw new IllegalArgumentException("public-address-for has " + text + " twice");
          }
          check("public-address-for " + text, address);
        });
  }

  private static void check(String where, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(where + " is empty, but is auto, an address or a name");
    }
    if (text.contains(":")) {
      throw new IllegalArgumentException(
          where
              + " is an IPv4 address or a name, because PASV can announce nothing else"
              + " (IPv6 clients use EPSV, which announces no address), but is "
              + text);
    }
    if (text.matches("[0-9.]+") && !io.netty.util.NetUtil.isValidIpV4Address(text)
        || !text.matches("[A-Za-z0-9_.-]+")) {
      throw new IllegalArgumentException(
          where + " is auto, an IPv4 address or a name, but is \"" + text + "\"");
    }
  }

  /**
   * Finds the address to announce.
   *
   * @param client who asks
   * @param dialled what the client dialled
   * @param loop where the answer is given; at once if it is known
   * @param answer empty if the name has no IPv4 address
   */
  void find(
      InetAddress client,
      Inet4Address dialled,
      Executor loop,
      Consumer<Optional<Inet4Address>> answer) {
    for (Entry entry : narrowestFirst) {
      if (entry.network().contains(client)) {
        entry.address().find(dialled, loop, answer);
        return;
      }
    }
    others.find(dialled, loop, answer);
  }

  @Override
  public void close() {
    byText.values().forEach(PublicAddress::close);
  }
}
