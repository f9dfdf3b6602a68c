package sluice.ftp.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FeaturesTest {

  private static final Set<String> HIDDEN = Set.of("AUTH", "PBSZ", "PROT", "HOST");
  private static final List<String> PROVIDED = List.of("EPRT", "EPSV");

  private static List<String> through(String... lines) {
    return Features.through(new Reply(211, List.of(lines), true), HIDDEN, PROVIDED).lines();
  }

  @Test
  void whatIsNotToBeHadIsHiddenAndWhatTheGatewayProvidesIsAdded() {
    assertEquals(
        List.of(
            "211-Features:",
            " MDTM",
            " MODE Z",
            " UTF8",
            " MLST a*;b;",
            " EPRT",
            " EPSV",
            "211 End"),
        through(
            "211-Features:",
            " AUTH TLS",
            " MDTM",
            " MODE Z",
            " PBSZ",
            " PROT",
            " HOST",
            " UTF8",
            " MLST a*;b;",
            "211 End"));
  }

  @Test
  void whatIsThereIsNotAddedAndLinesKeepTheirForm() {
    assertEquals(
        List.of("211-Supported", " epsv", "  SIZE", "", "  EPRT", "211 end"),
        through("211-Supported", " epsv", " auth TLS;SSL;", "  SIZE", "", "211 end"));
    assertEquals(
        List.of("211-x", "211-SIZE", "211-EPRT", "211-EPSV", "211 end"),
        through("211-x", "211-AUTH TLS", "211-SIZE", "211 end"));
  }

  @Test
  void serverWithoutFeaturesStillHasTheGateways() {
    assertEquals(List.of("211-Features:", " EPRT", " EPSV", "211 End"), through("211 no features"));
  }

  @Test
  void refusalPassesAsItIs() {
    Reply refusal = Reply.of(500, "what?");
    assertEquals(refusal, Features.through(refusal, HIDDEN, PROVIDED));
  }
}
