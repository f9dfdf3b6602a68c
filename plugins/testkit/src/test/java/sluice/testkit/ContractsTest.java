package sluice.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sluice.api.balance.Balancer;
import sluice.api.health.Health;
import sluice.api.health.HealthCheck;
import sluice.testkit.FaultyPeer.Fault;

/** The contracts pass what keeps to them, and fail what does not. */
@Timeout(60)
class ContractsTest {

  @Nested
  class OfAGoodBalancer implements BalancerContract {
    @Override
    public Balancer balancer() {
      return (session, candidates) -> candidates.get(0);
    }
  }

  @Test
  void aBalancerThatRemembersOldCandidatesFails() {
    BalancerContract contract =
        () -> {
          var first =
              new java.util.concurrent.atomic.AtomicReference<sluice.api.balance.Candidate>();
          return (session, candidates) -> {
            first.compareAndSet(null, candidates.get(0));
            return first.get();
          };
        };
    contract.picksTheOnlyCandidate();
    assertThrows(AssertionError.class, contract::neverPicksWhatIsNotInTheList);
    assertThrows(AssertionError.class, contract::copesWithShorterListsInBetween);
    assertThrows(AssertionError.class, contract::picksFromManyThreadsAtOnce);
  }

  @Test
  void aBalancerThatIsNotThreadSafeFails() {
    BalancerContract contract =
        () -> {
          var inside = new AtomicInteger();
          return (session, candidates) -> {
            if (inside.getAndIncrement() > 0) {
              throw new IllegalStateException("two at once");
            }
            // Long enough to meet another, however few processors there are.
            LockSupport.parkNanos(100_000);
            inside.decrementAndGet();
            return candidates.get(0);
          };
        };
    assertThrows(AssertionError.class, contract::picksFromManyThreadsAtOnce);
  }

  /** Expects the peer to say {@code 220}. */
  private static Health greeting(InetSocketAddress address, int timeout) throws IOException {
    try (SocketChannel channel = SocketChannel.open()) {
      Socket socket = channel.socket();
      socket.connect(address, timeout);
      socket.setSoTimeout(timeout);
      String seen = new String(socket.getInputStream().readNBytes(3), "US-ASCII");
      return seen.equals("220") ? Health.up(seen) : Health.down("expected 220");
    }
  }

  @Nested
  class OfAGoodCheck implements HealthCheckContract {

    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
      server = new ServerSocket(0);
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (true) {
                    try (Socket client = server.accept()) {
                      client.getOutputStream().write("220".getBytes());
                    }
                  }
                } catch (IOException e) {
                  // Closed.
                }
              },
              "testkit-greeter");
      thread.setDaemon(true);
      thread.start();
    }

    @AfterEach
    void stop() throws IOException {
      server.close();
    }

    @Override
    public HealthCheck check() {
      return (backend, timeout) -> greeting(backend.address(), (int) timeout.toMillis());
    }

    @Override
    public InetSocketAddress healthyPeer() {
      return new InetSocketAddress("127.0.0.1", server.getLocalPort());
    }
  }

  private static HealthCheckContract contract(HealthCheck check) {
    return new HealthCheckContract() {
      @Override
      public HealthCheck check() {
        return check;
      }

      @Override
      public InetSocketAddress healthyPeer() throws IOException {
        try (FaultyPeer peer = FaultyPeer.stream(Fault.REFUSES)) {
          return peer.address();
        }
      }
    };
  }

  private static int failures(HealthCheckContract contract) {
    return (int)
        contract
            .aServerThatFailsIsDownInTime()
            .filter(
                test -> {
                  try {
                    test.getExecutable().execute();
                    return false;
                  } catch (Throwable e) {
                    return true;
                  }
                })
            .count();
  }

  @Test
  void aCheckThatAlwaysSaysUpFails() {
    assertEquals(4, failures(contract((backend, timeout) -> Health.up("fine"))));
  }

  @Test
  void aCheckThatAlwaysSaysDownFails() {
    HealthCheckContract contract = contract((backend, timeout) -> Health.down("no"));
    assertThrows(AssertionError.class, contract::aServerThatIsWellIsUp);
    assertEquals(0, failures(contract));
  }

  @Test
  void aCheckThatLeavesItsSocketOpenFails() {
    HealthCheckContract contract =
        contract(
            (backend, timeout) -> {
              open.add(new Socket(backend.address().getAddress(), backend.port()));
              return Health.down("no");
            });
    assertThrows(AssertionError.class, contract::probesLeaveNoThreadAndNoSocket);
  }

  private final java.util.List<Socket> open = new java.util.concurrent.CopyOnWriteArrayList<>();

  @AfterEach
  void closeWhatWasLeftOpen() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }
}
