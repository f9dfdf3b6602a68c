package sluice.api.health;

import java.util.Objects;

/**
 * Something by which clients know a backend, such as an SSH host key. Clients of a pool may meet
 * any of its backends, so all of them should have the same.
 *
 * @param name what it is, kebab-case, for example {@code host-key}; a difference is shown as {@code
 *     host-key-mismatch}
 * @param kind what is compared with each other, for example {@code ssh-ed25519}: a backend has at
 *     most one of a kind
 * @param value in the form that people compare, for example a fingerprint
 */
public record Identity(String name, String kind, String value) {

  /**
   * @throws NullPointerException if a part is missing
   */
  public Identity {
    Objects.requireNonNull(name);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(value);
  }
}
