package sluice.core.descriptor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The local addresses that connections to backends leave from.
 *
 * @param client each leaves from its client's own address; then there are no addresses
 * @param addresses addresses that take turns, or one network that clients are mapped into
 */
public record SourceAddresses(boolean client, List<Subnet> addresses) {

  /** What the notation looks like, for messages. */
  public static final String EXPECTED =
      "an address of this machine, several with commas, a network such as 10.99.0.0/16, or client";

  /**
   * @throws IllegalArgumentException if it is none or several of what it may be
   */
  public SourceAddresses {
    addresses = List.copyOf(addresses);
    boolean networks = addresses.stream().anyMatch(each -> !each.single());
    if (client != addresses.isEmpty() || networks && addresses.size() > 1) {
      throw new IllegalArgumentException("expected " + EXPECTED + "; not several of these at once");
    }
  }

  /**
   * Reads the descriptor's notation.
   *
   * @throws IllegalArgumentException if the text is not of that form, with a message for operators
   */
  public static SourceAddresses parse(String text) {
    if (text.strip().equals("client")) {
      return new SourceAddresses(true, List.of());
    }
    List<Subnet> addresses = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      try {
        addresses.add(Subnet.parse(part.strip()));
      } catch (IllegalArgumentException e) {
        throw e.getMessage().startsWith("expected ")
            ? new IllegalArgumentException(
                "expected " + EXPECTED + ", but this is \"" + text + "\"", e)
            : e;
      }
    }
    return new SourceAddresses(false, addresses);
  }

  /** Whether clients are mapped into a network. */
  public boolean mapped() {
    return !client && !addresses.get(0).single();
  }

  /** The descriptor's notation. */
  @Override
  public String toString() {
    return client
        ? "client"
        : addresses.stream().map(Subnet::toString).collect(Collectors.joining(", "));
  }
}
