package sluice.api;

import java.util.Objects;

/**
 * The name of a pool of the descriptor. As an option type it makes a protocol's routing rules be
 * verified like any other reference: a pool that does not exist is a problem at that line.
 *
 * @param name the pool's key in the descriptor
 */
public record PoolRef(String name) {

  /**
   * @throws NullPointerException if there is no name
   */
  public PoolRef {
    Objects.requireNonNull(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
