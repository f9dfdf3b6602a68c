package sluice.ftp.login;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sluice.api.PoolRef;

/** The rules at work. Immutable. */
public final class PoolChoice {

  private final List<ChooseRule.Compiled> rules;
  private final Otherwise otherwise;

  /** The rules of a listener. */
  public PoolChoice(Choose choose) {
    this.rules = choose.rules().stream().map(ChooseRule::compiled).toList();
    this.otherwise = choose.otherwise();
  }

  /**
   * Who serves a client.
   *
   * @param listener the listener's pool
   * @return empty if nobody does
   */
  public Optional<Choice> of(Caller caller, PoolRef listener) {
    for (ChooseRule.Compiled rule : rules) {
      if (rule.matches(caller)) {
        return Optional.of(new Choice(rule.rule.pool(), rule.rule.stripSite()));
      }
    }
    return otherwise == Otherwise.REFUSE
        ? Optional.empty()
        : Optional.of(new Choice(listener, false));
  }

  /** The pools that may yet serve a client of whom not everything is known. */
  public Set<PoolRef> possible(Caller caller, PoolRef listener) {
    Set<PoolRef> pools = new LinkedHashSet<>();
    for (ChooseRule.Compiled rule : rules) {
      if (rule.mayMatch(caller)) {
        pools.add(rule.rule.pool());
      }
      if (rule.matches(caller)) {
        return pools;
      }
    }
    if (otherwise == Otherwise.LISTENER_POOL) {
      pools.add(listener);
    }
    return pools;
  }

  /** Whether a rule names the host that the client has sent. */
  public boolean namesHost(Caller caller) {
    return rules.stream().anyMatch(rule -> rule.fits(ChooseRule.Key.HOSTS, caller));
  }
}
