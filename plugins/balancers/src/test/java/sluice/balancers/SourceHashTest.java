package sluice.balancers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sluice.api.KeyRef;
import sluice.api.SessionInfo;
import sluice.api.SessionKey;
import sluice.api.balance.Balancer;
import sluice.api.balance.Candidate;
import sluice.testkit.BalancerContract;
import sluice.testkit.TestCandidate;
import sluice.testkit.TestSessionInfo;

class SourceHashTest implements BalancerContract {

  private static final int CLIENTS = 1000;

  @Override
  public Balancer balancer() {
    return new SourceHash().create(new SourceHash.Options(new KeyRef("client-address")));
  }

  private static SessionInfo client(int n) {
    return TestSessionInfo.from("127." + n / 250 + ".7." + (1 + n % 250));
  }

  private List<Candidate> served(List<Candidate> list) {
    Balancer balancer = balancer();
    List<Candidate> served = new ArrayList<>();
    for (int n = 0; n < CLIENTS; n++) {
      served.add(balancer.pick(client(n), list));
    }
    return served;
  }

  @Test
  void theSameClientMeetsTheSameBackend() {
    List<Candidate> list = TestCandidate.list(1, 1, 1, 1);
    assertEquals(served(list), served(list));
  }

  @Test
  void aLostBackendMovesOnlyItsOwnClients() {
    List<Candidate> four = TestCandidate.list(1, 1, 1, 1);
    List<Candidate> before = served(four);
    for (Candidate lost : four) {
      List<Candidate> three = new ArrayList<>(four);
      three.remove(lost);
      List<Candidate> after = served(three);
      int moved = 0;
      Set<Candidate> heirs = new HashSet<>();
      for (int n = 0; n < CLIENTS; n++) {
        if (before.get(n) == lost) {
          moved++;
          heirs.add(after.get(n));
        } else {
          assertSame(before.get(n), after.get(n), "client " + n + " moved, but its backend is fit");
        }
      }
      assertTrue(moved > 0 && moved <= CLIENTS * 28 / 100, moved + " of 1000 moved");
      assertEquals(3, heirs.size(), "all who are left take some of them");
    }
    assertEquals(before, served(four), "those who moved come back");
  }

  @Test
  void sharesFollowTheWeights() {
    List<Candidate> list = TestCandidate.list(1, 2, 5);
    Map<Candidate, Integer> shares = new HashMap<>();
    for (int n = 0; n < 8; n++) {
      for (int k = 0; k < CLIENTS; k++) {
        SessionInfo session = TestSessionInfo.from("10." + n + "." + k / 250 + "." + k % 250);
        shares.merge(balancer().pick(session, list), 1, Integer::sum);
      }
    }
    assertEquals(1000, shares.get(list.get(0)), 150);
    assertEquals(2000, shares.get(list.get(1)), 200);
    assertEquals(5000, shares.get(list.get(2)), 250);
  }

  @Test
  void aHeavierBackendOnlyWinsClients() {
    List<Candidate> before = served(TestCandidate.list(1, 1, 1));
    List<Candidate> after = served(TestCandidate.list(1, 4, 1));
    for (int n = 0; n < CLIENTS; n++) {
      String now = after.get(n).backend().name();
      assertTrue(now.equals("b1") || now.equals(before.get(n).backend().name()));
    }
  }

  @Test
  void clientsOfIpV6AreSpreadToo() {
    List<Candidate> list = TestCandidate.list(1, 1, 1, 1);
    Map<Candidate, Integer> shares = new HashMap<>();
    for (int n = 0; n < CLIENTS; n++) {
      SessionInfo session = TestSessionInfo.from("2001:db8::" + Integer.toHexString(n));
      shares.merge(balancer().pick(session, list), 1, Integer::sum);
    }
    shares.values().forEach(share -> assertEquals(250, share, 60));
    assertEquals(4, shares.size());
  }

  @Test
  void aFactOfTheSessionMayTakeThePlaceOfTheAddress() {
    Balancer byUser = new SourceHash().create(new SourceHash.Options(new KeyRef("user")));
    List<Candidate> list = TestCandidate.list(1, 1, 1, 1);
    Set<Candidate> seen = new HashSet<>();
    for (int user = 0; user < 50; user++) {
      Candidate first = null;
      for (int n = 0; n < 10; n++) {
        SessionInfo session =
            TestSessionInfo.from("127.0.0." + (1 + n)).with(SessionKey.USER, "user" + user);
        Candidate picked = byUser.pick(session, list);
        first = first == null ? picked : first;
        assertSame(first, picked);
      }
      seen.add(first);
    }
    assertEquals(4, seen.size());
    assertSame(
        balancer().pick(client(5), list), byUser.pick(client(5), list), "no user: by address");
  }

  @Test
  void aNameThatCannotBeAFactIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new KeyRef("Client Address"));
    assertThrows(IllegalArgumentException.class, () -> new KeyRef(""));
  }
}
