package sluice.api;

import java.util.Objects;

/**
 * A value that must not be shown. In the descriptor it is written as {@code ${NAME}} (environment)
 * or {@code file:/path} (first line of the file); it prints as {@code ***}.
 */
public final class Secret {

  private final String value;

  private Secret(String value) {
    this.value = Objects.requireNonNull(value);
  }

  /** Wraps a value. */
  public static Secret of(String value) {
    return new Secret(value);
  }

  /** The value itself; never log it. */
  public String reveal() {
    return value;
  }

  /** Always {@code ***}. */
  @Override
  public String toString() {
    return "***";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }
}
