package sluice.api.protocol;

import java.util.Objects;

/**
 * What a transfer is, for its record.
 *
 * @param command the protocol's word, for example {@code RETR}, {@code LIST} or {@code RRQ}
 * @param mode how it is moved, for example {@code passive}, {@code extended-active} or {@code
 *     octet}
 * @param direction which way the bytes go
 * @param file the name as the client gave it; empty if the command has none
 */
public record TransferSpec(String command, String mode, Direction direction, String file) {

  /** Which way the bytes of a transfer go. */
  public enum Direction {
    /** From the backend to the client. */
    DOWNLOAD,
    /** From the client to the backend. */
    UPLOAD;

    /** Lower case, as records write it. */
    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * @throws NullPointerException if a part is missing
   */
  public TransferSpec {
    Objects.requireNonNull(command);
    Objects.requireNonNull(mode);
    Objects.requireNonNull(direction);
    Objects.requireNonNull(file);
  }
}
