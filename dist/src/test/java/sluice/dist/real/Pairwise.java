package sluice.dist.real;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Chooses few cases in which every pair of properties that occurs in all of them occurs. */
final class Pairwise {
  private Pairwise() {}

  /** Greedy and always the same: the case that shows most pairs not yet shown comes next. */
  static <C> List<C> of(List<C> cases, Function<C, List<?>> properties) {
    Set<String> missing = new HashSet<>();
    cases.forEach(c -> missing.addAll(pairs(properties.apply(c))));
    List<C> chosen = new ArrayList<>();
    while (!missing.isEmpty()) {
      C best = null;
      long most = 0;
      for (C candidate : cases) {
        long shows = pairs(properties.apply(candidate)).stream().filter(missing::contains).count();
        if (shows > most) {
          most = shows;
          best = candidate;
        }
      }
      chosen.add(best);
      missing.removeAll(pairs(properties.apply(best)));
    }
    return chosen;
  }

  private static List<String> pairs(List<?> values) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      for (int j = i + 1; j < values.size(); j++) {
        pairs.add(i + "=" + values.get(i) + " " + j + "=" + values.get(j));
      }
    }
    return pairs;
  }
}
