package sluice.api.protocol;

/** What a protocol is told about a data connection, on the session's event loop. */
public interface DataEvents {

  /**
   * The expected legs are listening, so that their ports can be announced. With two dialled legs it
   * is told at once. Not told if that fails: then {@link #ended} is.
   */
  void ready(DataConnection data);

  /** Both sides are connected to each other, with their TLS handshakes done: bytes may flow. */
  default void joined(DataConnection data) {}

  /**
   * It is over; told once. With {@link Outcome.Result#OK} one side has ended its stream and every
   * byte of it, and its end, have been handed to the other side's socket; under TLS an end is a
   * close_notify. With {@link Outcome.Result#REFUSED} the client did not resume its TLS session
   * though it must, and the cause is fit to be shown to it.
   */
  void ended(DataConnection data, Outcome outcome);
}
