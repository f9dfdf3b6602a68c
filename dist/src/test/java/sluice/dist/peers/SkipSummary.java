package sluice.dist.peers;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Says once, at the end of a test run, what was skipped and how to have it run. */
public final class SkipSummary implements LauncherSessionListener {
  @Override
  public void launcherSessionClosed(LauncherSession session) {
    Programs.summary().ifPresent(System.out::println);
  }
}
