package sluice.api.protocol;

/** A protocol over TCP. */
@FunctionalInterface
public non-sealed interface StreamProtocol extends Protocol {

  /**
   * Takes a client's connection. Called on the session's event loop right after accept; nothing has
   * been read, and {@code autoRead} of the client's channel is off: the protocol adds its handlers
   * and switches it on when it wants to read.
   *
   * <p>Sessions that are over a limit arrive here too; they are refused at {@link Session#connect},
   * so that the protocol says so in its own words.
   *
   * @param session open; the protocol ends it with {@link Session#end}
   */
  void accept(StreamSession session);
}
