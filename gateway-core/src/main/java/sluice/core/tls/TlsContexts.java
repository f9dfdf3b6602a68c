package sluice.core.tls;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import sluice.api.protocol.ClientTls;
import sluice.api.protocol.ServerTls;

/**
 * The gateway's TLS contexts, one for each set of options, made when first asked for and made anew
 * when their files change. Thread-safe.
 */
public final class TlsContexts implements AutoCloseable {

  /** How often files are looked at; a change is taken up at the second look. */
  private static final Duration LOOKS = Duration.ofSeconds(2);

  private final Choice choice;
  private final Duration looks;
  private final Map<ServerTls, ServerContexts> servers = new ConcurrentHashMap<>();
  private final Map<ClientTls, ClientContext> clients = new ConcurrentHashMap<>();
  private final AtomicInteger lastSession = new AtomicInteger();
  private volatile Provider provider;
  private ScheduledExecutorService watcher;

  /**
   * @param choice of the provider
   */
  public TlsContexts(Choice choice) {
    this(choice, LOOKS);
  }

  TlsContexts(Choice choice, Duration looks) {
    this.choice = choice;
    this.looks = looks;
  }

  /** What does the TLS; empty as long as nothing has asked for any. */
  public String provider() {
    Provider chosen = provider;
    return chosen == null ? "" : chosen.toString();
  }

  /**
   * Chooses the provider and loads it.
   *
   * @throws TlsProblem if the one that is wanted is not there
   */
  public synchronized void prepare() throws TlsProblem {
    prepared();
  }

  /**
   * The contexts for a server.
   *
   * @throws TlsProblem if they cannot be made
   */
  public ServerContexts server(ServerTls spec) throws TlsProblem {
    ServerContexts known = servers.get(spec);
    return known != null ? known : makeServer(spec);
  }

  private synchronized ServerContexts makeServer(ServerTls spec) throws TlsProblem {
    ServerContexts known = servers.get(spec);
    if (known == null) {
      known = new ServerContexts(spec, prepared());
      servers.put(spec, known);
    }
    return known;
  }

  /**
   * The context for a client.
   *
   * @throws TlsProblem if it cannot be made
   */
  public ClientContext client(ClientTls spec) throws TlsProblem {
    ClientContext known = clients.get(spec);
    return known != null ? known : makeClient(spec);
  }

  private synchronized ClientContext makeClient(ClientTls spec) throws TlsProblem {
    ClientContext known = clients.get(spec);
    if (known == null) {
      known = new ClientContext(spec, prepared());
      clients.put(spec, known);
    }
    return known;
  }

  private Provider prepared() throws TlsProblem {
    if (provider == null) {
      provider = Provider.of(choice);
      watcher =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "sluice-tls-files");
                thread.setDaemon(true);
                return thread;
              });
      watcher.scheduleWithFixedDelay(
          this::look, looks.toMillis(), looks.toMillis(), TimeUnit.MILLISECONDS);
    }
    return provider;
  }

  private void look() {
    servers.values().forEach(ServerContexts::look);
    clients.values().forEach(ClientContext::look);
  }

  /** A number for a session's connections to its backend, unique in this process for long. */
  int nextSession() {
    return lastSession.updateAndGet(last -> last == 1_000_000_000 ? 1 : last + 1);
  }

  @Override
  public synchronized void close() {
    if (watcher != null) {
      watcher.shutdownNow();
    }
  }
}
