package sluice.dist.peers.clients;

import java.nio.file.Path;

/**
 * A file to move.
 *
 * @param direction to the server or from it
 * @param local absolute path at the client
 * @param remote path at the server
 */
public record Move(Direction direction, Path local, String remote) {
  /** Which way. */
  public enum Direction {
    UP,
    DOWN
  }

  public static Move up(Path local, String remote) {
    return new Move(Direction.UP, local, remote);
  }

  public static Move down(String remote, Path local) {
    return new Move(Direction.DOWN, local, remote);
  }

  boolean isUp() {
    return direction == Direction.UP;
  }
}
