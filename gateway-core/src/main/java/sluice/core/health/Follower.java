package sluice.core.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.health.Health;
import sluice.core.descriptor.HealthDescriptor;
import sluice.core.pool.Member;
import sluice.core.pool.MemberHealth;
import sluice.core.pool.MemberHealth.State;

/**
 * A pool's member that follows a probe: rise and fall are its own. Used under its probe's lock
 * only.
 */
final class Follower {

  private static final Logger LOG = LogManager.getLogger(HealthMonitor.class);

  private final Member member;
  private final HealthDescriptor settings;
  private final Optional<IdentityGuard> guard;
  private final boolean identifies;
  private long answers;
  private long failures;

  /** Results in a row that speak against the state; and results in a row of one kind. */
  private int against;

  private int alike;
  private boolean lastGood;
  private String warning = "";

  /** The run that it has had a result of. */
  private Object judged;

  /**
   * @param guard compares it with the others of its pool
   * @param identifies whether good probes tell what is to be compared
   */
  Follower(
      Member member, HealthDescriptor settings, Optional<IdentityGuard> guard, boolean identifies) {
    this.member = member;
    this.settings = settings;
    this.guard = guard;
    this.identifies = identifies;
  }

  Member member() {
    return member;
  }

  Duration timeout() {
    return settings.timeout();
  }

  Duration interval() {
    return settings.interval();
  }

  /** Whether it has no result of this run yet; from then on it has. */
  boolean takes(Object run) {
    boolean first = judged != run;
    judged = run;
    return first;
  }

  /**
   * Whether sessions since the last call have shown that the backend serves, so that it needs no
   * probe; that counts like a good one.
   */
  boolean shownBySessions() {
    long answersBefore = answers;
    long failuresBefore = failures;
    answers = member.load().answers();
    failures = member.load().failures();
    boolean shown =
        settings.probeWhenIdleOnly()
            && !identifies
            && answers != answersBefore
            && failures == failuresBefore
            && member.checked().state() == State.UP;
    if (shown) {
      against = 0;
    }
    return shown;
  }

  /** Judges one result. */
  void judge(Health found, Duration took, Instant now) {
    // Before it can take a session.
    boolean good = found.state() != Health.State.DOWN;
    guard.ifPresent(each -> each.told(member, good, found.identities(), now));
    MemberHealth before = member.checked();
    alike = good == lastGood ? alike + 1 : 1;
    lastGood = good;
    State state = next(before.state(), good, found.atOnce());
    boolean changed = state != before.state();
    // A bad result that does not count yet leaves what the backend last asked for as it was.
    boolean drain = good ? found.state() == Health.State.DRAIN : before.drain();
    int weight = good ? found.weight().orElse(100) : before.weightPercent();
    String detail = Phrases.oneLine(found.detail());
    member
        .pool()
        .report(
            member,
            new MemberHealth(state, drain, weight, changed ? now : before.since(), detail, took));
    if (changed) {
      transition(state, detail, took);
    }
    if (drain != before.drain()) {
      LOG.info(
          "backend {} {}: {}",
          member,
          drain ? "asks for no new sessions" : "takes new sessions again",
          detail);
    }
    if (weight != before.weightPercent()) {
      LOG.info("backend {} asks for {} % of its weight: {}", member, weight, detail);
    }
    if (good) {
      warn(found.warning() ? detail : "");
    }
  }

  private State next(State state, boolean good, boolean atOnce) {
    if (state == State.UNKNOWN || atOnce) {
      against = 0;
      return good ? State.UP : State.DOWN;
    }
    if (good == (state == State.UP)) {
      against = 0;
      return state;
    }
    against++;
    if (against < (good ? settings.rise() : settings.fall())) {
      return state;
    }
    against = 0;
    return good ? State.UP : State.DOWN;
  }

  private void transition(State state, String detail, Duration took) {
    LOG.log(
        state == State.UP ? Level.INFO : Level.WARN,
        "backend {} is {}{}{} ({} probe{}, {})",
        member,
        state,
        detail.isEmpty() ? "" : ": ",
        detail,
        alike,
        alike == 1 ? "" : "s",
        Phrases.millis(took));
  }

  private void warn(String text) {
    if (text.equals(warning)) {
      return;
    }
    if (text.isEmpty()) {
      LOG.info("backend {}: the check's warning is over", member);
    } else {
      LOG.warn("backend {}: the check warns: {}", member, text);
    }
    warning = text;
  }
}
