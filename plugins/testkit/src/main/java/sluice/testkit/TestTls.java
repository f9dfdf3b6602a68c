package sluice.testkit;

import sluice.api.health.ProbeTls;
import sluice.core.tls.CheckTls;

/** The gateway's TLS, for tests that have no gateway. */
public final class TestTls {

  private TestTls() {}

  /** What checks are given. */
  public static ProbeTls forChecks() {
    return new CheckTls();
  }
}
