package sluice.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sluice.api.health.Health;
import sluice.testkit.TestBackend;

@Timeout(60)
class ExecCheckTest {

  private static final TestBackend BACKEND =
      TestBackend.at(new InetSocketAddress("127.0.0.11", 6969)).named("boot", "a");

  @TempDir private Path folder;

  private Path script(String name, String... lines) throws Exception {
    Path file = folder.resolve(name);
    Files.writeString(file, String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private static ExecCheck.Options options(boolean warningIsUp, String... command) {
    return new ExecCheck.Options(List.of(command), warningIsUp, Map.of());
  }

  private Health run(ExecCheck.Options options) throws Exception {
    return new ExecCheck().create(options).probe(BACKEND, Duration.ofSeconds(20));
  }

  private Health run(Path script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(Arrays.asList(arguments));
    return run(options(false, command.toArray(String[]::new)));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "did not come about");
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static boolean alive(long pid) {
    // A killed process whose parent has not asked yet is not alive.
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (java.io.IOException e) {
      return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
  }

  @Test
  void theExitCodeDecides() throws Exception {
    Path script = script("code.sh", "#!/bin/sh", "echo \"code $1|time=1\"; exit $1");
    assertEquals("UP (code 0)", run(script, "0").toString());
    assertEquals("DOWN (code 1 (exit code 1))", run(script, "1").toString());
    assertEquals("DOWN (code 2 (exit code 2))", run(script, "2").toString());
    assertEquals(Health.State.DOWN, run(script, "3").state());
    assertEquals(Health.State.DOWN, run(script, "77").state());
  }

  @Test
  void oneIsUpWithAWarningWhenToldSo() throws Exception {
    Path script = script("code.sh", "#!/bin/sh", "echo slow; exit $1");
    Health warning = run(options(true, script.toString(), "1"));
    assertEquals(Health.State.UP, warning.state());
    assertTrue(warning.warning());
    assertEquals("slow (exit code 1)", warning.detail());
    assertEquals(Health.State.DOWN, run(options(true, script.toString(), "2")).state());
    assertFalse(run(options(true, script.toString(), "0")).warning());
  }

  /** A script written for another balancer: it pipes a request to tftp and looks for a word. */
  @Test
  void aScriptOfTheHostConventionRunsUnchanged() throws Exception {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path stub = bin.resolve("tftp");
    Files.writeString(
        stub,
        """
        #!/bin/sh
        # Like the clients of old: says what it received, and writes the file where it stands.
        read verb file
        case "$1" in
          127.0.0.11) echo "tftp> Received 4 bytes in 0.0 seconds"; echo test > "$file" ;;
          *) echo "tftp> Transfer timed out." ;;
        esac
        """);
    Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path script =
        script(
            "check_boot.sh",
            "#!/bin/bash",
            "answer=$(echo get canary.txt | tftp \"$1\" 2>&1 | head -n 1)",
            "echo \"TFTP of $1: $answer\"",
            "if echo \"$answer\" | grep -q Received; then exit 0; else exit 1; fi");
    ExecCheck.Options options =
        new ExecCheck.Options(
            List.of(script.toString(), "HOST"),
            false,
            Map.of("PATH", bin + ":" + System.getenv("PATH")));
    assertEquals(
        "UP (TFTP of 127.0.0.11: tftp> Received 4 bytes in 0.0 seconds)", run(options).toString());
    Health other =
        new ExecCheck()
            .create(options)
            .probe(
                TestBackend.at(new InetSocketAddress("127.0.0.12", 6969)), Duration.ofSeconds(20));
    assertEquals(
        "DOWN (TFTP of 127.0.0.12: tftp> Transfer timed out. (exit code 1))", other.toString());
  }

  @Test
  void tokensAreReplacedAndNoShellLooksAtThem() throws Exception {
    Path script = script("args.sh", "#!/bin/sh", "printf '<%s>' \"$@\"");
    Health found =
        run(script, "HOST", "PORT", "NAME", "POOL", "-u=tcp://HOST:PORT/x", "HOSTNAME", "$(id); *");
    assertEquals(
        "<127.0.0.11><6969><a><boot><-u=tcp://127.0.0.11:6969/x><HOSTNAME><$(id); *>",
        found.detail());
  }

  @Test
  void aCheckThatAsksForNamesIsNotShared() {
    ExecCheck check = new ExecCheck();
    assertTrue(check.shareable(options(false, "/bin/true", "HOST", "PORT")));
    assertTrue(check.shareable(options(false, "/bin/true", "USERNAME")));
    assertFalse(check.shareable(options(false, "/bin/true", "NAME")));
    assertFalse(check.shareable(options(false, "/bin/true", "--in=POOL")));
  }

  @Test
  void itRunsInAnEmptyFolderThatIsGoneAfterwardsWithHardlyAnyEnvironment() throws Exception {
    Path script =
        script(
            "where.sh",
            "#!/bin/sh",
            "n=$(ls -A | wc -l); mkdir sub; echo x > sub/file",
            "read line && got=input",
            "echo \"$(pwd) $n $got $(env | sed 's/=.*//' | sort | tr '\\n' ' ')\"");
    Health found =
        run(
            new ExecCheck.Options(
                List.of(script.toString()), false, Map.of("COMMUNITY", "public")));
    List<String> words = List.of(found.detail().split(" +"));
    assertEquals("0", words.get(1));
    assertFalse(Files.exists(Path.of(words.get(0))), words.get(0));
    List<String> names = new ArrayList<>(words.subList(2, words.size()));
    names.removeAll(List.of("PWD", "OLDPWD", "SHLVL", "_"));
    assertEquals(List.of("COMMUNITY", "LANG", "PATH"), names, "no input, and no more than these");
  }

  @Test
  void muchOutputNeitherHoldsItUpNorIsKept() throws Exception {
    Path script =
        script("loud.sh", "#!/bin/sh", "head -c 5000000 /dev/zero | tr '\\0' x", "echo", "exit 2");
    Health found = run(script);
    assertEquals(Health.State.DOWN, found.state());
    assertTrue(found.detail().length() <= 4200, "kept " + found.detail().length());
    assertTrue(found.detail().endsWith("(exit code 2)"));
  }

  @Test
  void aScriptThatForksAndHangsLeavesNoProcess() throws Exception {
    Path pids = folder.resolve("pids");
    Path script =
        script(
            "hang.sh",
            "#!/bin/bash",
            "echo waiting",
            // A child; a grandchild whose parent is gone; one with another session.
            "sleep 1000 & echo $! >> " + pids,
            "( sleep 1001 & echo $! >> " + pids + " )",
            "setsid sleep 1002 & echo $! >> " + pids,
            "echo $$ >> " + pids,
            "trap '' TERM INT HUP",
            "sleep 1003");
    Health found =
        new ExecCheck()
            .create(options(false, script.toString()))
            .probe(BACKEND, Duration.ofSeconds(3));
    assertEquals(Health.State.DOWN, found.state());
    assertTrue(found.detail().contains("was killed"), found.detail());
    assertTrue(found.detail().contains("waiting"), found.detail());
    List<Long> started = Files.readAllLines(pids).stream().map(Long::valueOf).toList();
    assertEquals(4, started.size());
    for (long pid : started) {
      await(() -> !alive(pid));
    }
    await(ExecCheckTest::noReader);
  }

  @Test
  void whatIsLeftInTheBackgroundIsKilledAndTheExitCodeCounts() throws Exception {
    Path pids = folder.resolve("pids");
    Path script =
        script(
            "daemon.sh",
            "#!/bin/sh",
            "echo fine",
            "sleep 1000 & echo $! > " + pids,
            "sleep 1001 > /dev/null 2>&1 & echo $! >> " + pids,
            "exit 0");
    long started = System.nanoTime();
    assertEquals("UP (fine)", run(script).toString());
    assertTrue(System.nanoTime() - started < TimeUnit.SECONDS.toNanos(10), "it does not wait");
    for (String pid : Files.readAllLines(pids)) {
      await(() -> !alive(Long.parseLong(pid)));
    }
    await(ExecCheckTest::noReader);
  }

  @Test
  void anInterruptKillsItToo() throws Exception {
    Path pid = folder.resolve("pid");
    Path script = script("hang.sh", "#!/bin/sh", "echo $$ > " + pid, "sleep 1000");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                new ExecCheck()
                    .create(options(false, script.toString()))
                    .probe(BACKEND, Duration.ofSeconds(60));
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    thread.start();
    await(() -> pid.toFile().length() > 0);
    thread.interrupt();
    thread.join(10_000);
    assertFalse(thread.isAlive());
    assertEquals(InterruptedException.class, thrown.get().getClass());
    long number = Long.parseLong(Files.readString(pid).strip());
    await(() -> !alive(number));
    await(ExecCheckTest::noReader);
  }

  @Test
  void aProgramThatIsNotThereIsSaidAtOnce() throws Exception {
    IllegalArgumentException missing =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ExecCheck().create(options(false, folder + "/none.sh")));
    assertTrue(missing.getMessage().contains("there is no program"), missing.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new ExecCheck().create(options(false, "./relative.sh")));
    assertThrows(IllegalArgumentException.class, () -> options(false));
    Health onPath = run(options(false, "no-such-program-anywhere"));
    assertEquals(Health.State.DOWN, onPath.state());
    assertTrue(onPath.detail().contains("no-such-program-anywhere"), onPath.detail());
  }

  private static boolean noReader() {
    Optional<Thread> reader =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("exec-check-output"))
            .findFirst();
    return reader.isEmpty();
  }
}
