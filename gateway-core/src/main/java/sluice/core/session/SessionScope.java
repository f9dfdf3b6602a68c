package sluice.core.session;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import sluice.api.PoolRef;
import sluice.core.net.Network;
import sluice.core.pool.Pool;
import sluice.core.tls.TlsContexts;

/**
 * What the sessions of a listener share: the route they take. A reload makes a new one; sessions
 * end with the one they began with.
 *
 * @param listener its name
 * @param protocol the protocol's name
 * @param pool the pool that the listener names
 * @param pools all pools by name
 * @param maxSessions the most sessions of the listener at a time
 * @param perClient the limit for each client, if there is one
 * @param idleTimeout for a session in which nothing moves; zero for ever
 * @param network event loops and sockets
 * @param tls contexts of TLS
 * @param counters of the listener
 * @param registry of all open sessions
 * @param records of sessions and transfers
 */
public record SessionScope(
    String listener,
    String protocol,
    PoolRef pool,
    Map<String, Pool> pools,
    int maxSessions,
    Optional<ClientLimit> perClient,
    Duration idleTimeout,
    Network network,
    TlsContexts tls,
    ListenerCounters counters,
    SessionRegistry registry,
    Records records) {}
