package com.example;

import org.pf4j.Extension;
import sluice.api.Default;
import sluice.api.Doc;
import sluice.api.Range;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;

/** Fills the backends in the descriptor's order, so that the last ones may sleep. */
@Extension
public final class FillFirst implements BalancerFactory<FillFirst.Options> {
  public record Options(@Doc("When is it full?") @Default("100") @Range(min = 1) int sessions) {}

  @Override public String name() { return "fill-first"; }

  @Override public Class<Options> optionsType() { return Options.class; }

  @Override public Balancer create(Options options) {
    return (session, candidates) -> candidates.stream()
        .filter(candidate -> candidate.sessions() < options.sessions())
        .findFirst().orElse(candidates.get(0));
  }
}
