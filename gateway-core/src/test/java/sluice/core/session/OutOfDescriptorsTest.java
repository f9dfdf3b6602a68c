package sluice.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static sluice.core.session.Bench.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The process may open no more files. */
class OutOfDescriptorsTest {

  private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

  /** A shell that was there before, as this process can start none while it may open nothing. */
  private static final class Limit implements AutoCloseable {

    private final Process shell;
    private final OutputStream commands;
    private final BufferedReader answers;

    private final String before;

    Limit() throws IOException {
      before =
          Files.readString(Path.of("/proc/self/limits"))
              .replaceFirst("(?s).*Max open files +(\\S+).*", "$1");
      shell = new ProcessBuilder("/bin/sh").redirectErrorStream(true).start();
      commands = shell.getOutputStream();
      answers =
          new BufferedReader(
              new InputStreamReader(shell.getInputStream(), StandardCharsets.US_ASCII));
    }

    private void set(String soft) throws IOException {
      String command = PRLIMIT + " --pid " + ProcessHandle.current().pid() + " --nofile=" + soft;
      commands.write((command + ":; echo done\n").getBytes(StandardCharsets.US_ASCII));
      commands.flush();
      assertEquals("done", answers.readLine());
    }

    /** What is open stays so; a new descriptor would be above the limit. */
    void nothingMore() throws IOException {
      set("3");
    }

    @Override
    public void close() throws Exception {
      try {
        set(before);
      } finally {
        commands.close();
        shell.waitFor(5, TimeUnit.SECONDS);
      }
    }
  }

  private static String all(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  @Test
  void aSessionThatCannotDialTheNextBackendIsRefusedAndGivesItsPlaceBack() throws Exception {
    assumeTrue(Files.isExecutable(PRLIMIT), "SKIPPED: no " + PRLIMIT + " (util-linux)");
    try (TestServer silent = TestServer.silent();
        TestServer second = TestServer.silent();
        Bench bench =
            Bench.start(
                Bench.passThrough(),
                "",
                "answer-timeout: 700ms",
                silent.address(),
                second.address())) {
      // Loads every class that is needed below, which takes descriptors too.
      try (Socket client = bench.connect()) {
        assertEquals("refused no-answer\n", all(client));
      }
      bench.onlyRecord("session");
      bench.records.clear();
      try (Limit limit = new Limit();
          Socket client = bench.connect()) {
        await("the first backend", () -> silent.accepted() == 2);
        limit.nothingMore();
        assertEquals("refused no-answer\n", all(client));
        assertEquals(1, second.accepted());
        assertEquals(2, bench.onlyRecord("session").get("attempts"));
        assertEquals(0, bench.backend(1).sessions());
      }
    }
  }
}
