package sluice.core;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.api.ExtensionFactory;
import sluice.api.balance.Balancer;
import sluice.api.balance.BalancerFactory;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.DatagramProtocol;
import sluice.api.protocol.Protocol;
import sluice.api.protocol.ProtocolFactory;
import sluice.api.protocol.ServerTls;
import sluice.api.protocol.StreamProtocol;
import sluice.core.descriptor.AcceptProxyDescriptor;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.ListenerDescriptor;
import sluice.core.descriptor.PerClientDescriptor;
import sluice.core.descriptor.PoolDescriptor;
import sluice.core.descriptor.ProxyPosition;
import sluice.core.descriptor.SourceAddresses;
import sluice.core.health.HealthMonitor;
import sluice.core.listener.FrontBalancers;
import sluice.core.listener.Listener;
import sluice.core.listener.Route;
import sluice.core.net.LocalAddress;
import sluice.core.net.Network;
import sluice.core.net.Transport;
import sluice.core.plugins.Extensions;
import sluice.core.plugins.Installed;
import sluice.core.pool.LoadTable;
import sluice.core.pool.Pool;
import sluice.core.session.ClientLimit;
import sluice.core.session.ListenerCounters;
import sluice.core.session.Records;
import sluice.core.session.SessionRegistry;
import sluice.core.session.SessionScope;
import sluice.core.tls.TlsContexts;
import sluice.core.tls.TlsProblem;

/**
 * Makes the running parts from a descriptor and the installed extensions; the only place where the
 * rooms are introduced to each other. On the main thread.
 */
final class Assembly {

  private static final Logger LOG = LogManager.getLogger(Assembly.class);

  private final Descriptor descriptor;
  private final Extensions extensions;
  private final List<StartException.Problem> problems = new ArrayList<>();

  Assembly(Descriptor descriptor, Extensions extensions) {
    this.descriptor = descriptor;
    this.extensions = extensions;
  }

  /** The pools by name. */
  Map<String, Pool> pools(LoadTable loads) throws StartException {
    Map<String, Pool> pools = new LinkedHashMap<>();
    descriptor
        .pools()
        .forEach(
            (name, configured) ->
                make(
                        Extensions.Kind.STRATEGY,
                        configured.balance().strategy(),
                        "pools." + name + ".balance.options",
                        strategy -> balancer(strategy, configured))
                    .ifPresent(
                        made ->
                            pools.put(
                                name,
                                new Pool(
                                    name, configured, made.what(), made.from().plugin(), loads))));
    throwIfAny(() -> pools.values().forEach(Pool::close));
    return pools;
  }

  /** The monitor of the pools' backends, not yet started. */
  HealthMonitor monitor(Map<String, Pool> pools) throws StartException {
    try {
      return new HealthMonitor(pools.values(), descriptor::dialledPort, extensions);
    } catch (IllegalArgumentException e) {
      throw new StartException(List.of(new StartException.Problem("pools", e.getMessage())));
    }
  }

  /** The listeners, not yet bound, in the descriptor's order. */
  List<Listener> listeners(
      Map<String, Pool> pools,
      Network network,
      TlsContexts tls,
      SessionRegistry registry,
      Records records)
      throws StartException {
    prepare(tls);
    List<Listener> listeners = new ArrayList<>();
    descriptor
        .listeners()
        .forEach(
            (name, configured) ->
                make(
                        Extensions.Kind.PROTOCOL,
                        configured.protocol(),
                        "listeners." + name + ".options",
                        protocol -> protocol(protocol, configured))
                    .ifPresent(
                        made ->
                            listeners.add(
                                new Listener(
                                    name,
                                    network,
                                    new Route(
                                        made.what(),
                                        new SessionScope(
                                            name,
                                            configured.protocol(),
                                            configured.pool(),
                                            pools,
                                            configured.maxSessions(),
                                            configured.perClient().map(Assembly::limit),
                                            configured.idleTimeout(),
                                            network,
                                            tls,
                                            new ListenerCounters(),
                                            registry,
                                            records),
                                        configured.proxyProtocol().map(Assembly::front))))));
    throwIfAny(() -> {});
    return listeners;
  }

  /** Makes everything and lets it go again; binds nothing and probes nothing. */
  void rehearse() throws StartException {
    Map<String, Pool> pools = pools(new LoadTable());
    List<Protocol> protocols = new ArrayList<>();
    try {
      monitor(pools).close();
      descriptor
          .listeners()
          .forEach(
              (name, configured) ->
                  make(
                          Extensions.Kind.PROTOCOL,
                          configured.protocol(),
                          "listeners." + name + ".options",
                          protocol -> protocol(protocol, configured))
                      .ifPresent(made -> protocols.add(made.what())));
      throwIfAny(() -> {});
    } finally {
      pools.values().forEach(Pool::close);
      protocols.forEach(Assembly::close);
    }
  }

  /** What a protocol has opened goes with it. */
  static void close(Protocol protocol) {
    if (protocol instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        LOG.warn("a protocol failed to close", e);
      }
    }
  }

  private static ClientLimit limit(PerClientDescriptor configured) {
    return new ClientLimit(
        configured.maxSessions(),
        configured.ipv6Prefix(),
        address -> configured.except().stream().anyMatch(each -> each.contains(address)));
  }

  private static FrontBalancers front(AcceptProxyDescriptor configured) {
    return new FrontBalancers(
        address -> configured.acceptFrom().stream().anyMatch(each -> each.contains(address)),
        configured.timeout(),
        configured.position() == ProxyPosition.AFTER_TLS);
  }

  /**
   * What keeps connections from leaving from the pools' source addresses. A fixed address may still
   * come, as one that moves between gateways does: that is logged only.
   */
  List<StartException.Problem> sourceProblems(Transport transport) {
    List<StartException.Problem> found = new ArrayList<>();
    descriptor
        .pools()
        .forEach(
            (name, pool) ->
                pool.source()
                    .ifPresent(
                        source -> {
                          String path = "pools." + name + ".source";
                          for (LocalAddress address : addresses(source)) {
                            Optional<String> problem = address.problem(transport);
                            if (address.kind() == LocalAddress.Kind.OWN) {
                              problem.ifPresent(text -> LOG.warn("{}: {}", path, text));
                            } else {
                              problem.ifPresent(
                                  text -> found.add(new StartException.Problem(path, text)));
                            }
                          }
                        }));
    return found;
  }

  private static List<LocalAddress> addresses(SourceAddresses source) {
    if (source.client()) {
      return List.of(new LocalAddress(InetAddress.getLoopbackAddress(), LocalAddress.Kind.FOREIGN));
    }
    LocalAddress.Kind kind = source.mapped() ? LocalAddress.Kind.ROUTED : LocalAddress.Kind.OWN;
    return source.addresses().stream().map(each -> new LocalAddress(each.address(), kind)).toList();
  }

  /** Makes the contexts now, so that what is wrong shows now, and no client waits for them. */
  private void prepare(TlsContexts tls) throws StartException {
    Map<String, List<Record>> asked = new LinkedHashMap<>();
    descriptor
        .listeners()
        .forEach((name, configured) -> asked.put(name, TlsOptions.in(configured.options())));
    if (asked.values().stream().allMatch(List::isEmpty)) {
      return;
    }
    try {
      tls.prepare();
    } catch (TlsProblem e) {
      problems.add(new StartException.Problem("tls.provider", e.getMessage()));
    }
    throwIfAny(() -> {});
    asked.forEach(
        (name, specs) -> {
          for (Record spec : specs) {
            try {
              if (spec instanceof ServerTls server) {
                tls.server(server);
              } else if (spec instanceof ClientTls client) {
                tls.client(client);
              }
            } catch (TlsProblem e) {
              problems.add(
                  new StartException.Problem("listeners." + name + ".options", e.getMessage()));
            }
          }
        });
  }

  private record Made<T>(T what, Installed<?> from) {}

  private <T> Optional<Made<T>> make(
      Extensions.Kind kind, String name, String path, Function<ExtensionFactory<?, ?>, T> create) {
    Optional<Installed<?>> installed = extensions.find(kind, name);
    if (installed.isEmpty()) {
      problems.add(
          new StartException.Problem(path, "there is no " + kind + " named \"" + name + "\""));
      return Optional.empty();
    }
    try {
      return Optional.of(new Made<>(create.apply(installed.get().factory()), installed.get()));
    } catch (IllegalArgumentException e) {
      problems.add(new StartException.Problem(path, e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      problems.add(
          new StartException.Problem(
              path,
              kind + " " + name + " of plugin " + installed.get().plugin() + " failed: " + e));
    }
    return Optional.empty();
  }

  private static Balancer balancer(ExtensionFactory<?, ?> factory, PoolDescriptor configured) {
    return created((BalancerFactory<?>) factory, configured.balance().options());
  }

  private static Protocol protocol(ExtensionFactory<?, ?> factory, ListenerDescriptor configured) {
    ProtocolFactory<?> protocols = (ProtocolFactory<?>) factory;
    Protocol protocol = created(protocols, configured.options());
    Class<? extends Protocol> expected =
        protocols.transport() == ProtocolFactory.Transport.STREAM
            ? StreamProtocol.class
            : DatagramProtocol.class;
    if (!expected.isInstance(protocol)) {
      throw new IllegalStateException(
          "its transport is " + protocols.transport() + ", but it made no " + expected.getName());
    }
    return protocol;
  }

  private static <O extends Record, T> T created(ExtensionFactory<O, T> factory, Record options) {
    T made = factory.create(factory.optionsType().cast(options));
    if (made == null) {
      throw new IllegalStateException("create returned nothing");
    }
    return made;
  }

  private void throwIfAny(Runnable undo) throws StartException {
    if (!problems.isEmpty()) {
      undo.run();
      throw new StartException(problems);
    }
  }
}
