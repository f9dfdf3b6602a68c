package sluice.core.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {

  private static final Path DEFAULT = Path.of("run/gateway.sock");

  @TempDir Path folder;

  private Path namedIn(String yaml) throws IOException {
    return ControlSocket.namedIn(Files.writeString(folder.resolve("gateway.yaml"), yaml));
  }

  @Test
  void isTheOneThatIsWritten() throws IOException {
    assertEquals(
        Path.of("/run/sluice/s"), namedIn("control: { socket: /run/sluice/s }\nlisteners: {}\n"));
  }

  @Test
  void isFoundWhateverElseIsWrong() throws IOException {
    assertEquals(
        Path.of("/run/s"), namedIn("nonsense: [1, 2]\ncontrol:\n  socket: /run/s\n  more: 1\n"));
  }

  @Test
  void isTheDefaultWhenNoneCanBeRead() throws IOException {
    assertEquals(DEFAULT, namedIn("listeners: {}\n"));
    assertEquals(DEFAULT, namedIn("control: 7\n"));
    assertEquals(DEFAULT, namedIn("this: is: no: yaml: [\n"));
    assertEquals(DEFAULT, namedIn(""));
    assertEquals(DEFAULT, ControlSocket.namedIn(folder.resolve("missing.yaml")));
  }

  @Test
  void hasItsVariablesFilledIn() throws IOException {
    assertEquals(
        Path.of("/run/other"),
        namedIn("control: { socket: \"/run/${SLUICE_NO_SUCH_VARIABLE:-other}\" }\n"));
  }
}
