package sluice.api;

/**
 * The name of a fact of a session. As an option type it makes {@code check} verify that the
 * protocols of the listeners that lead to the pool know the fact when they choose the backend.
 *
 * @param name a {@link SessionKey}'s, or {@link #CLIENT_ADDRESS}
 */
public record KeyRef(String name) {

  /** The client's address, which every session has. */
  public static final String CLIENT_ADDRESS = "client-address";

  /**
   * @throws IllegalArgumentException if it is no such name
   */
  public KeyRef {
    if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
      throw new IllegalArgumentException(
          "expected client-address or the name of a fact such as user or file, but this is \""
              + name
              + "\"");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
