package sluice.tftp.rules;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sluice.api.PoolRef;
import sluice.tftp.packet.TftpRequest;

/** Rules and routes, ready to be asked. Immutable. */
public final class Rules {

  private record Rule(Scope scope, AccessRule.Access access, String title) {}

  private record Route(Scope scope, PoolRef pool) {}

  private final boolean readOnly;
  private final List<Rule> rules = new ArrayList<>();
  private final List<Route> routes;

  /**
   * @param readOnly whether all uploads are refused
   * @param rules the first that fits decides; what none fits is allowed
   * @param routes the first that fits decides
   */
  public Rules(boolean readOnly, List<AccessRule> rules, List<PoolRoute> routes) {
    this.readOnly = readOnly;
    for (AccessRule rule : rules) {
      Scope scope = Scope.of(rule.files(), rule.clients());
      int place = this.rules.size() + 1;
      String title = rule.name().map(name -> "\"" + name + "\"").orElse(place + " (" + scope + ")");
      this.rules.add(new Rule(scope, rule.access(), title));
    }
    this.routes =
        routes.stream()
            .map(route -> new Route(Scope.of(route.files(), route.clients()), route.pool()))
            .toList();
  }

  /** Why a request is not allowed, in words for the client; empty if it is. */
  public Optional<String> refusal(TftpRequest request, InetAddress client) {
    if (readOnly && !request.download()) {
      return Optional.of("this listener is read-only");
    }
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    String file = FilePattern.plain(request.file());
    for (Rule rule : rules) {
      if (rule.scope().holds(file, client)) {
        return switch (rule.access()) {
          case ALLOW -> Optional.empty();
          case DENY -> Optional.of("denied by rule " + rule.title());
          case READ_ONLY ->
              request.download()
                  ? Optional.empty()
                  : Optional.of("read-only by rule " + rule.title());
        };
      }
    }
    return Optional.empty();
  }

  /** The pool for a request; empty for the listener's. */
  public Optional<PoolRef> pool(TftpRequest request, InetAddress client) {
    if (routes.isEmpty()) {
      return Optional.empty();
    }
    String file = FilePattern.plain(request.file());
    return routes.stream()
        .filter(route -> route.scope().holds(file, client))
        .map(Route::pool)
        .findFirst();
  }
}
