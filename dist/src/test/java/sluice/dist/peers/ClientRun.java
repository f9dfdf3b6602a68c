package sluice.dist.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How a client program ended.
 *
 * @param exit code; -1 when it had to be killed at its time limit
 * @param output standard output
 * @param errors standard error, apart (ssh changes the mode of the pipe it is given)
 * @param command what was run
 */
public record ClientRun(int exit, String output, String errors, List<String> command) {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  /**
   * Runs a client to its end.
   *
   * @param folder its working and home folder, so that nobody's settings apply
   * @param input what it reads from standard input
   */
  public static ClientRun of(Path folder, String input, List<String> command) {
    List<String> grouped = new ArrayList<>(List.of("setsid"));
    grouped.addAll(command);
    Path in = null;
    Path out = null;
    Path err = null;
    try {
      in = Files.createTempFile(folder, ".in", "");
      out = Files.createTempFile(folder, ".out", "");
      err = Files.createTempFile(folder, ".err", "");
      Files.writeString(in, input);
      ProcessBuilder builder =
          new ProcessBuilder(grouped)
              .directory(folder.toFile())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder
          .environment()
          .keySet()
          .removeIf(
              key ->
                  key.toLowerCase(Locale.ROOT).endsWith("_proxy") || key.equals("SSH_AUTH_SOCK"));
      builder.environment().put("HOME", folder.toString());
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().put("TERM", "dumb");
      Process process = builder.start();
      boolean ended = process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      return new ClientRun(ended ? process.exitValue() : -1, text(out), text(err), command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      delete(in, out, err);
    }
  }

  public boolean ok() {
    return exit == 0;
  }

  /** Everything, for the message of a failed test. */
  public String story() {
    return "exit %d of %s%n%s%n%s"
        .formatted(exit, String.join(" ", command), tail(output), tail(errors));
  }

  private static String tail(String text) {
    return text.length() < 6000 ? text : "..." + text.substring(text.length() - 6000);
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  private static void delete(Path... files) {
    for (Path file : files) {
      if (file != null) {
        file.toFile().delete();
      }
    }
  }
}
