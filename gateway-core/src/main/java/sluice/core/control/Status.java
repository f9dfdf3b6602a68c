package sluice.core.control;

import java.util.List;
import java.util.Map;

/**
 * The gateway as it is at one moment; times are ISO 8601.
 *
 * @param version of the gateway
 * @param pid process id
 * @param started when the gateway began to listen
 * @param state {@code running} or {@code stopping}
 * @param transport what moves the bytes, for example {@code epoll}
 * @param tls what does the TLS, for example {@code openssl}; empty if nothing has TLS
 * @param listeners in the descriptor's order
 * @param pools in the descriptor's order
 */
public record Status(
    String version,
    long pid,
    String started,
    String state,
    String transport,
    String tls,
    List<Listener> listeners,
    List<Pool> pools) {

  /**
   * A listener.
   *
   * @param name of the listener
   * @param protocol its protocol's name
   * @param addresses where it listens, {@code host:port}
   * @param pool the pool it names
   * @param sessions open now
   * @param totalSessions since the start
   * @param refused since the start, by reason
   */
  public record Listener(
      String name,
      String protocol,
      List<String> addresses,
      String pool,
      int sessions,
      long totalSessions,
      Map<String, Long> refused) {}

  /**
   * A pool.
   *
   * @param name of the pool
   * @param strategy its strategy's name
   * @param check its check's name, or {@code none}
   * @param backends in the descriptor's order
   */
  public record Pool(String name, String strategy, String check, List<Backend> backends) {}

  /**
   * A backend of a pool.
   *
   * @param name of the backend
   * @param address {@code host:port}
   * @param state {@code up}, {@code down}, {@code unknown}, or {@code drain} if its check says that
   *     it takes no new sessions
   * @param will {@code ready}, {@code drain} or {@code maintenance}
   * @param weight as configured
   * @param backup as configured
   * @param sessions open now, of this pool
   * @param transfers running now, on this address
   * @param bytesInFlight moved so far by the transfers running now, on this address
   * @param totalSessions since the start, of this pool
   * @param totalBytes moved by transfers and relays since the start, on this address
   * @param since when the state began
   * @param lastCheck one line: what the last probe found; empty before the first
   * @param lastCheckMillis how long the last probe took, milliseconds
   */
  public record Backend(
      String name,
      String address,
      String state,
      String will,
      int weight,
      boolean backup,
      int sessions,
      int transfers,
      long bytesInFlight,
      long totalSessions,
      long totalBytes,
      String since,
      String lastCheck,
      double lastCheckMillis) {}
}
