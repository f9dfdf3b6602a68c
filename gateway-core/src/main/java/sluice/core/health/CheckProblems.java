package sluice.core.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Checks that cannot be made. */
public final class CheckProblems extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final transient Map<String, String> byPool;

  CheckProblems(Map<String, String> byPool) {
    super(String.join("; ", byPool.values()));
    this.byPool = Collections.unmodifiableMap(new LinkedHashMap<>(byPool));
  }

  /** What is wrong, by the name of the pool; not empty. */
  public Map<String, String> byPool() {
    return byPool;
  }
}
