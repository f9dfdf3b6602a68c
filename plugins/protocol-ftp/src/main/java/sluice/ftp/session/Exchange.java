package sluice.ftp.session;

import sluice.ftp.codec.Command;
import sluice.ftp.codec.Reply;

/**
 * What becomes of one command of the client: asking the backend once, several times or not at all,
 * and exactly one final reply to the client. A session has at most one under way; it says {@link
 * FtpSession#done} when both the client and the backend are in step again.
 */
interface Exchange {

  /** Its turn has come. */
  void start();

  /** The backend has replied; preliminary replies included. */
  default void reply(Reply reply) {}

  /**
   * A command has come that does not wait for its turn if this exchange can do something with it.
   *
   * @return whether it was taken
   */
  default boolean interrupt(Command command) {
    return false;
  }

  /** Whether the client has its final reply, and only the backend is not in step yet. */
  default boolean answered() {
    return false;
  }

  /** Whether a transfer is running, which the gateway lets finish before it says good-bye. */
  default boolean transferring() {
    return false;
  }

  /** Bytes that the running transfer has moved so far. */
  default long bytesMoved() {
    return 0;
  }

  /** Whether it needs something more from the backend's control connection. */
  default boolean needsBackend() {
    return true;
  }

  /** What the client is told if the backend's connection ends in the middle of this. */
  default Reply lost() {
    return Reply.of(421, "The server closed the connection.");
  }
}
