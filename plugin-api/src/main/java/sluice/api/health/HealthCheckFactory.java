package sluice.api.health;

import sluice.api.ExtensionFactory;

/**
 * Makes a health check; a pool names it in {@code health: {check: NAME}}.
 *
 * @param <O> the options record. Two pools that name the same address, check, equal options and
 *     source share one probe, so the record's {@code equals} says when two checks are the same.
 */
public interface HealthCheckFactory<O extends Record> extends ExtensionFactory<O, HealthCheck> {

  /**
   * Whether the result depends on nothing but the backend's address, so that pools may share it.
   *
   * @param options bound options
   * @return false if the check also looks at the pool's or the backend's name
   */
  default boolean shareable(O options) {
    return true;
  }

  /**
   * Whether good probes tell {@linkplain Health#withIdentities identities}. Then no backend of the
   * pool takes a session before the first comparison, and no probe is ever skipped.
   *
   * @param options bound options
   */
  default boolean identifies(O options) {
    return false;
  }
}
