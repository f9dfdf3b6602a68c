package sluice.testkit;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import sluice.api.SessionInfo;
import sluice.api.SessionKey;

/** A session's facts for tests of strategies. Thread-safe. */
public final class TestSessionInfo implements SessionInfo {

  private final InetSocketAddress client;
  private final Map<String, Object> facts = new ConcurrentHashMap<>();

  private TestSessionInfo(InetSocketAddress client) {
    this.client = client;
  }

  /**
   * A session of a client at an address, with port 40000 there.
   *
   * @param host an address literal
   */
  public static TestSessionInfo from(String host) {
    return new TestSessionInfo(new InetSocketAddress(host, 40000));
  }

  /** Sets a fact; returns itself. */
  public <T> TestSessionInfo with(SessionKey<T> key, T value) {
    facts.put(key.name(), value);
    return this;
  }

  @Override
  public String id() {
    return "test-1";
  }

  @Override
  public String listener() {
    return "test";
  }

  @Override
  public InetSocketAddress clientAddress() {
    return client;
  }

  @Override
  public InetSocketAddress dialledAddress() {
    return new InetSocketAddress("127.0.0.1", 2121);
  }

  @Override
  public Instant start() {
    return Instant.EPOCH;
  }

  @Override
  public <T> Optional<T> get(SessionKey<T> key) {
    return Optional.ofNullable(facts.get(key.name())).map(key.type()::cast);
  }

  @Override
  public Optional<String> get(String keyName) {
    return Optional.ofNullable(facts.get(keyName)).map(Object::toString);
  }
}
