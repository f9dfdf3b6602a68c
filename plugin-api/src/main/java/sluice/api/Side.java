package sluice.api;

/** The two sides of a session, always in this order. */
public enum Side {
  /** Towards the client that dialled the gateway. */
  CLIENT,
  /** Towards the backend that the gateway dialled. */
  BACKEND;

  /** The opposite side. */
  public Side other() {
    return this == CLIENT ? BACKEND : CLIENT;
  }

  /** {@code client} or {@code backend}, as messages and records write it. */
  @Override
  public String toString() {
    return this == CLIENT ? "client" : "backend";
  }
}
