package sluice.core.descriptor.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sluice.api.Default;
import sluice.api.KeyRef;
import sluice.api.SessionKey;
import sluice.api.protocol.Protocol;
import sluice.api.protocol.ProtocolFactory;
import sluice.api.protocol.StreamProtocol;
import sluice.core.descriptor.Loaded;
import sluice.core.descriptor.Problem;
import sluice.core.plugins.Extensions;

/** Strategies that go by a fact of the session. */
class FactChecksTest {

  record By(@Default("client-address") KeyRef by) {}

  record Late(@Default("false") boolean late) {}

  /** Knows the user always in the end, and when it chooses only if it does that late. */
  private static final class Logins implements ProtocolFactory<Late> {
    @Override
    public String name() {
      return "logins";
    }

    @Override
    public Class<Late> optionsType() {
      return Late.class;
    }

    @Override
    public Transport transport() {
      return Transport.STREAM;
    }

    @Override
    public Set<SessionKey<?>> keys() {
      return Set.of(SessionKey.USER, SessionKey.SERVER_NAME);
    }

    @Override
    public Set<SessionKey<?>> keysAtChoice(Late options) {
      return options.late() ? keys() : Set.of(SessionKey.SERVER_NAME);
    }

    @Override
    public Protocol create(Late options) {
      return (StreamProtocol) session -> {};
    }
  }

  private static List<String> problems(String listeners, String by) {
    Loaded loaded =
        new DescriptorLoader(
                Extensions.of(new Logins(), FakeExtensions.strategy("by-fact", By.class)))
            .withEnvironment(variable -> null)
            .load(
                "facts.yaml",
                """
                listeners: { %s }
                pools:
                  files:
                    balance: { strategy: by-fact, options: { by: %s } }
                    backends: { a: { address: "127.0.0.1:1" } }
                """
                    .formatted(listeners, by));
    return loaded.problems().stream().map(Problem::message).toList();
  }

  private static String listener(String name, int port, boolean late) {
    return "%s: { protocol: logins, bind: \"127.0.0.1:%d\", pool: files, options: { late: %s } }"
        .formatted(name, port, late);
  }

  @Test
  void aFactThatIsKnownInTimeIsFine() {
    assertEquals(List.of(), problems(listener("ftp", 1, true), "user"));
    assertEquals(List.of(), problems(listener("ftp", 1, false), "server-name"));
    assertEquals(List.of(), problems(listener("ftp", 1, false), "client-address"));
  }

  @Test
  void aFactThatComesTooLateIsAProblemForTheListenerThatDoesNotWait() {
    assertEquals(
        List.of(
            "listener \"early\" does not know \"user\" when it chooses the backend, as its options"
                + " are now; let it choose later, or go by client-address or server-name"),
        problems(listener("late", 1, true) + ", " + listener("early", 2, false), "user"));
  }

  @Test
  void aFactThatNoSessionHasIsAProblemWithASuggestion() {
    assertEquals(
        List.of(
            "there is no fact \"usr\" of sessions of the protocol logins, which listener \"ftp\""
                + " has; did you mean \"user\"?"),
        problems(listener("ftp", 1, true), "usr"));
    assertEquals(
        List.of(
            "expected client-address or the name of a fact such as user or file, but this is"
                + " \"The User\""),
        problems(listener("ftp", 1, true), "The User"));
  }
}
