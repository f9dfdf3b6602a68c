package sluice.core.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import sluice.core.launch.Home;

/** Which descriptor a verb is about. */
final class ConfigOption {

  private final Home home;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The descriptor; without it $SLUICE_CONFIG, or else conf/gateway.yaml.")
  private Path file;

  ConfigOption(Home home) {
    this.home = home;
  }

  Path descriptor() {
    if (file != null) {
      return file;
    }
    String environment = System.getenv("SLUICE_CONFIG");
    return environment == null || environment.isEmpty() ? home.descriptor() : Path.of(environment);
  }

  /** The control socket of the gateway that runs with the descriptor. */
  Path socket() {
    return home.resolve(ControlSocket.namedIn(descriptor()));
  }
}
