package sluice.api;

/**
 * The version of this contract: what {@code Plugin-Requires} in a plugin's manifest is compared
 * with. It follows semantic versioning: what compiles against 1.0.0 works with every 1.x.y from
 * there on.
 */
public final class ApiVersion {

  private ApiVersion() {}

  /**
   * The version of the contract that is running, for example {@code 1.0.0}; a method, so that the
   * compiler does not copy the value into plugins.
   */
  public static String current() {
    return "1.0.0";
  }
}
