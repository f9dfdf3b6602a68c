package sluice.core;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import sluice.core.control.Operations;
import sluice.core.control.SessionStatus;
import sluice.core.control.Status;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.KeepaliveDescriptor;
import sluice.core.descriptor.NetDescriptor;
import sluice.core.health.HealthMonitor;
import sluice.core.listener.DataPorts;
import sluice.core.listener.Listener;
import sluice.core.net.Addresses;
import sluice.core.net.KeepAlive;
import sluice.core.net.Network;
import sluice.core.net.Transport;
import sluice.core.plugins.Extensions;
import sluice.core.pool.LoadTable;
import sluice.core.pool.Pool;
import sluice.core.session.LiveSession;
import sluice.core.session.Records;
import sluice.core.session.SessionRegistry;
import sluice.core.tls.TlsContexts;

/**
 * A running gateway: from {@link #start} until it has stopped. Thread-safe; start and stop are for
 * the main thread.
 */
public final class Gateway implements Operations, AutoCloseable {

  private static final Logger LOG = LogManager.getLogger(Gateway.class);
  private static final Duration CUT_OFF_WAIT = Duration.ofSeconds(3);

  private final Descriptor descriptor;
  private final String version;
  private final Instant started = Instant.now();
  private final Network network;
  private final TlsContexts tls;
  private final SessionRegistry registry = new SessionRegistry();
  private final Map<String, Pool> pools;
  private final HealthMonitor monitor;
  private final List<Listener> listeners;
  private final DataPorts dataPorts;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  /**
   * Starts a gateway: makes everything, binds every address and starts the probes.
   *
   * @param descriptor loaded without problems
   * @param extensions those that it was loaded with
   * @param records takes the records of sessions and transfers
   * @param version shown in status
   * @throws StartException with all problems, if it cannot serve as described; nothing is left open
   */
  public static Gateway start(
      Descriptor descriptor, Extensions extensions, Records records, String version)
      throws StartException {
    return new Gateway(descriptor, extensions, records, version);
  }

  /**
   * Does what a start does before it opens anything: makes every strategy, check and protocol with
   * its options.
   *
   * @throws StartException with all problems
   */
  public static void check(Descriptor descriptor, Extensions extensions) throws StartException {
    new Assembly(descriptor, extensions).rehearse();
  }

  private Gateway(Descriptor descriptor, Extensions extensions, Records records, String version)
      throws StartException {
    this.descriptor = descriptor;
    this.version = version;
    Assembly assembly = new Assembly(descriptor, extensions);
    Transport transport = transport(descriptor.net());
    List<StartException.Problem> sources = assembly.sourceProblems(transport);
    if (!sources.isEmpty()) {
      throw new StartException(sources);
    }
    this.pools = assembly.pools(new LoadTable());
    try {
      this.monitor = assembly.monitor(pools);
    } catch (StartException e) {
      pools.values().forEach(Pool::close);
      throw e;
    }
    this.tls = new TlsContexts(descriptor.tls().provider());
    this.network =
        new Network(transport, descriptor.net().eventLoops(), keepAlive(descriptor.net()));
    StaticRanges ranges = new StaticRanges(descriptor, extensions);
    this.dataPorts = ranges.ports(network, registry);
    try {
      this.listeners = assembly.listeners(pools, network, tls, registry, records);
    } catch (StartException e) {
      closeParts(List.of());
      throw e;
    }
    try {
      bindAll(ranges, new SourcePorts(descriptor, extensions));
    } catch (StartException e) {
      closeParts(listeners);
      throw e;
    }
    monitor.start();
  }

  private static KeepAlive keepAlive(NetDescriptor net) {
    KeepaliveDescriptor wanted = net.keepalive();
    return new KeepAlive(wanted.idle(), wanted.interval(), wanted.probes());
  }

  private static Transport transport(NetDescriptor net) throws StartException {
    if (net.transport() == NetDescriptor.Transport.NIO) {
      return Transport.NIO;
    }
    Transport best = Transport.best();
    if (net.transport() == NetDescriptor.Transport.EPOLL && best != Transport.EPOLL) {
      throw new StartException(
          List.of(
              new StartException.Problem(
                  "net.transport",
                  "epoll is not to be had here ("
                      + Transport.epollUnavailable().getMessage()
                      + "); use auto or nio")));
    }
    return best;
  }

  private void bindAll(StaticRanges ranges, SourcePorts sourcePorts) throws StartException {
    List<StartException.Problem> problems = new ArrayList<>();
    for (Listener listener : listeners) {
      for (var address : descriptor.listeners().get(listener.name()).bind().addresses()) {
        try {
          listener.bind(address);
        } catch (IOException e) {
          problems.add(
              new StartException.Problem("listeners." + listener.name() + ".bind", e.getMessage()));
        }
      }
    }
    if (problems.isEmpty()) {
      problems.addAll(ranges.open(dataPorts, listeners));
      problems.addAll(sourcePorts.problems(listeners));
    }
    if (!problems.isEmpty()) {
      listeners.forEach(Listener::close);
      throw new StartException(problems);
    }
  }

  /**
   * Waits until every backend that is checked was probed once.
   *
   * @return false if the time ran out before
   */
  public boolean awaitFirstResults(Duration most) throws InterruptedException {
    return monitor.awaitFirstResults(most);
  }

  @Override
  public Status status() {
    List<Status.Listener> listenerRows = new ArrayList<>();
    for (Listener listener : listeners) {
      listenerRows.add(
          new Status.Listener(
              listener.name(),
              listener.route().scope().protocol(),
              listener.addresses().stream().map(Addresses::text).toList(),
              listener.route().scope().pool().name(),
              listener.counters().open(),
              listener.counters().total(),
              listener.counters().refused()));
    }
    return new Status(
        version,
        ManagementFactory.getRuntimeMXBean().getPid(),
        started.toString(),
        stopping.get() ? "stopping" : "running",
        network.transport().toString(),
        tls.provider(),
        listenerRows,
        pools.values().stream().map(PoolRows::of).toList());
  }

  @Override
  public List<SessionStatus> sessions() {
    return registry.all().stream()
        .sorted(Comparator.comparing(LiveSession::start))
        .map(
            session ->
                new SessionStatus(
                    session.id(),
                    session.listener(),
                    Addresses.text(session.clientAddress()),
                    session.backendName(),
                    session.start().toString(),
                    session.runningTransfers(),
                    session.bytes(),
                    session.facts()))
        .toList();
  }

  /**
   * Begins to stop and returns at once: no new sessions; running transfers may finish within the
   * descriptor's {@code stop-timeout}.
   */
  @Override
  public void stop() {
    stop(descriptor.stopTimeout());
  }

  /** The same with a time limit of the caller's; zero cuts everything off. */
  public void stop(Duration most) {
    if (!stopping.compareAndSet(false, true)) {
      return;
    }
    LOG.info(
        "stopping: {} sessions may finish within {} s", registry.all().size(), most.toSeconds());
    Thread stopper = new Thread(() -> stopNow(most), "sluice-stop");
    stopper.start();
  }

  private void stopNow(Duration most) {
    try {
      listeners.forEach(Listener::close);
      CompletableFuture<Void> empty = new CompletableFuture<>();
      registry.finish(() -> empty.complete(null));
      if (!await(empty, most)) {
        LOG.warn("{} sessions did not finish in time and are cut off", registry.all().size());
        registry.endAll("the gateway stopped");
        await(empty, CUT_OFF_WAIT);
      }
      closeParts(listeners);
    } finally {
      LOG.info("stopped");
      stopped.complete(null);
    }
  }

  private static boolean await(CompletableFuture<Void> future, Duration most) {
    try {
      future.get(most.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void closeParts(List<Listener> made) {
    monitor.close();
    dataPorts.close();
    network.close();
    tls.close();
    pools.values().forEach(Pool::close);
    for (Listener listener : made) {
      if (listener.route().protocol() instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception e) {
          LOG.warn("protocol of listener {} failed to close", listener.name(), e);
        }
      }
    }
  }

  /** Completed when the gateway has stopped and everything is closed. */
  public CompletableFuture<Void> stopped() {
    return stopped;
  }

  /** Stops at once, cutting everything off, and waits until that is done. */
  @Override
  public void close() {
    stop(Duration.ZERO);
    stopped.join();
  }
}
