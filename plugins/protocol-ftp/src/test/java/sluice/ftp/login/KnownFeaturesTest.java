package sluice.ftp.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sluice.api.Backend;
import sluice.api.PoolRef;
import sluice.ftp.codec.Reply;

class KnownFeaturesTest {

  private record Named(String pool, String name) implements Backend {
    @Override
    public String host() {
      return "localhost";
    }

    @Override
    public java.net.InetSocketAddress address() {
      return new java.net.InetSocketAddress(host(), port());
    }

    @Override
    public int port() {
      return 21;
    }

    @Override
    public Optional<InetAddress> source() {
      return Optional.empty();
    }
  }

  private static final Backend A = new Named("files", "a");
  private static final Backend B = new Named("files", "b");
  private static final Backend C = new Named("other", "a");
  private static final PoolRef FILES = new PoolRef("files");
  private static final PoolRef OTHER = new PoolRef("other");

  private final long[] now = new long[1];
  private final KnownFeatures known = new KnownFeatures(() -> now[0]);

  private static Reply feat(String... lines) {
    List<String> all = new ArrayList<>(List.of("211-Features:"));
    all.addAll(List.of(lines));
    all.add("211 End");
    return new Reply(211, all, true);
  }

  @Test
  void whatAllThatWereSeenOfferIsCommon() {
    assertEquals(List.of(), known.common(Set.of(FILES)));
    known.learn(A, feat(" MDTM", " REST STREAM", " SIZE", " UTF8", " LANG en*"));
    assertEquals(
        List.of("MDTM", "REST STREAM", "SIZE", "UTF8", "LANG en*"), known.common(Set.of(FILES)));
    known.learn(B, feat(" size", "211-MDTM", " REST stream", " LANG en;fr*"));
    assertEquals(List.of("MDTM", "REST STREAM", "SIZE"), known.common(Set.of(FILES)));
    known.learn(C, feat(" SIZE"));
    assertEquals(List.of("MDTM", "REST STREAM", "SIZE"), known.common(Set.of(FILES)));
    assertEquals(List.of("SIZE"), known.common(Set.of(FILES, OTHER)));
  }

  @Test
  void factsOfMlstAreThoseOfAll() {
    known.learn(A, feat(" MLST type*;size*;modify*;UNIX.mode;perm*;"));
    known.learn(B, feat(" MLST modify*;type*;Perm;unique*;"));
    List<String> common = known.common(Set.of(FILES));
    assertEquals(1, common.size());
    assertTrue(
        Set.of("MLST type*;modify*;perm;", "MLST modify*;type*;Perm;").contains(common.get(0)));
  }

  @Test
  void aServerThatDoesNotKnowFeatOffersNothingAndOneThatWantsALoginIsNotKnown() {
    known.learn(A, feat(" SIZE"));
    known.learn(B, Reply.of(530, "Please log in"));
    assertFalse(known.fresh(B));
    assertEquals(List.of("SIZE"), known.common(Set.of(FILES)));
    known.learn(B, Reply.of(502, "What?"));
    assertTrue(known.fresh(B));
    assertEquals(List.of(), known.common(Set.of(FILES)));
  }

  @Test
  void whatWasLearntIsAskedAgainAfterAWhileAndServesUntilThen() {
    known.learn(A, feat(" HOST"));
    assertTrue(known.fresh(A));
    assertTrue(known.offers(A, "host"));
    assertFalse(known.offers(B, "HOST"));
    now[0] = KnownFeatures.FRESH.toNanos();
    assertFalse(known.fresh(A));
    assertTrue(known.offers(A, "HOST"));
  }
}
