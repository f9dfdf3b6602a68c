package sluice.testkit.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import sluice.core.cli.StatusText;
import sluice.core.launch.Home;
import sluice.core.launch.Launch;
import sluice.core.launch.LaunchException;
import sluice.core.launch.Signals;

/** The demo: {@code gateway.sh demo}. */
@Command(
    name = "gateway.sh demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the gateway at work with servers of its own.",
      "Starts two FTP, two SFTP and two TFTP servers and, in front of them, the gateway with the"
          + " descriptor samples/demo.yaml, all on 127.0.0.1. Moves a file in every mode both ways,"
          + " compares every byte, stops one server and goes on without it. Then it stays up, for"
          + " you to try, until Ctrl-C."
    })
public final class Demo implements Callable<Integer> {

  private static final int LAST_BASE = 65535 - 8;
  private static final String SOCKET = "DEMO_SOCKET";

  /** Of what a socket's path may have, without its name. */
  private static final int LONGEST_FOLDER = 90;

  private static final String STOPPED = "files/a";

  @Option(
      names = "--once",
      description = "Ends after the run: 0 if everything was as it should, else 1.")
  private boolean once;

  @Option(
      names = "--port-base",
      paramLabel = "PORT",
      description =
          "Takes nine ports in a row from here, instead of 2121, 6969, 2222 and six more.")
  private Integer portBase;

  @Spec private CommandSpec spec;

  private final Home home;

  private Demo(Home home) {
    this.home = home;
  }

  /** Runs the demo and ends the process with its exit code. */
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new Demo(Home.ofSystem()));
    line.setUsageHelpWidth(100);
    int code = line.execute(arguments);
    LogManager.shutdown();
    System.exit(code);
  }

  @Override
  public Integer call() throws Exception {
    if (portBase != null && (portBase < 1 || portBase > LAST_BASE)) {
      throw new ParameterException(
          spec.commandLine(), "--port-base is 1 to " + LAST_BASE + ", but is " + portBase);
    }
    DemoPorts ports = portBase == null ? DemoPorts.USUAL : DemoPorts.from(portBase);
    Optional<String> problem = ports.problem();
    if (problem.isPresent()) {
      spec.commandLine().getErr().println(problem.get());
      return 1;
    }
    // The embedded FTP server warns of each passive port that it gives back.
    Configurator.setLevel("org.apache.ftpserver", Level.ERROR);
    Path folder = Files.createTempDirectory("sluice-demo");
    try {
      return show(ports, folder);
    } catch (LaunchException e) {
      e.problems().forEach(spec.commandLine().getErr()::println);
      return 1;
    } finally {
      delete(folder);
    }
  }

  private int show(DemoPorts ports, Path folder) throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    CountDownLatch end = new CountDownLatch(1);
    DemoRecords records = new DemoRecords();
    Launch.Settings settings =
        new Launch.Settings(
            home,
            home.root().resolve("samples/demo.yaml"),
            name -> name.equals(SOCKET) ? socket(folder) : ports.variable(name),
            records,
            err::println);

    try (DemoBackends backends = new DemoBackends(ports, folder)) {
      backends.startAll();
      try (Launch launch = Launch.start(settings)) {
        Signals.on("INT", end::countDown);
        Signals.on("TERM", end::countDown);

        SelfRun run = new SelfRun(ports, backends, records);
        run.everyMode();
        backends.stop(STOPPED);
        run.without(STOPPED);

        out.println(run.table());
        out.println(
            run.ok()
                ? "Everything arrived as it was sent, and without "
                    + STOPPED
                    + " the next session"
                    + " was served by the other."
                : "Not everything was as it should be. The gateway's log: "
                    + home.logs().resolve("gateway.log"));
        out.println();
        out.flush();
        if (!once) {
          backends.start(STOPPED);
          out.print(StatusText.of(launch.gateway().status()));
          out.print(commands(ports, socket(folder)));
          out.flush();
          end.await();
        }
        return run.ok() ? 0 : 1;
      }
    }
  }

  /** Beside the gateway's, if it fits there and may be written there; or else with the servers. */
  private String socket(Path folder) {
    Path run = home.root().resolve("run");
    boolean fits =
        run.toString().length() <= LONGEST_FOLDER
            && Files.isWritable(Files.exists(run) ? run : home.root());
    return (fits ? run : folder).resolve("demo.sock").toString();
  }

  private String commands(DemoPorts ports, String socket) {
    Path usual = home.root().resolve("run/demo.sock");
    String ftp = "127.0.0.1:" + ports.byVariable().get(DemoPorts.FTP);
    String tftp = String.valueOf(ports.byVariable().get(DemoPorts.TFTP));
    String sftp = String.valueOf(ports.byVariable().get(DemoPorts.SFTP));
    return """

        %s was stopped and runs again. The gateway stays up until Ctrl-C. In another terminal (the
        user is "user", the password "password"):

          curl ftp://user:password@%s/hello.txt                 # passive; again: the other backend
          curl --ftp-port - ftp://user:password@%s/hello.txt    # active
          lftp -u user,password -e 'ls; cat hello.txt; bye' ftp://%s
          curl tftp://127.0.0.1:%s/hello.txt
          tftp 127.0.0.1 %s -m binary -c get hello.txt
          sftp -P %s -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null user@127.0.0.1

          %s%s status -c %s
          tail -f %s
        """
        .formatted(
            STOPPED,
            ftp,
            ftp,
            ftp,
            tftp,
            tftp,
            sftp,
            usual.toString().equals(socket) ? "" : SOCKET + "=" + socket + " ",
            home.root().resolve("gateway.sh"),
            home.root().resolve("samples/demo.yaml"),
            home.logs().resolve("access.log"));
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
