package sluice.api;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a session: a few fixed facts, and those its protocol has found out so far.
 *
 * <p>May be read on any thread while the gateway runs the call that handed it out; do not keep it.
 */
@DoNotImplement
public interface SessionInfo {

  /** The session's id, unique in this gateway process; it stands in every log line and record. */
  String id();

  /** The name of the listener that the client arrived on. */
  String listener();

  /** Where the client came from, resolved. */
  InetSocketAddress clientAddress();

  /** The local address and port that the client dialled, resolved. */
  InetSocketAddress dialledAddress();

  /** When the client arrived. */
  Instant start();

  /** A fact that the protocol has found out, or empty if it has not, or not yet. */
  <T> Optional<T> get(SessionKey<T> key);

  /** The same by the key's name; the value as text. */
  Optional<String> get(String keyName);
}
