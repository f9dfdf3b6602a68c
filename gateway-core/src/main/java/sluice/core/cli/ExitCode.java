package sluice.core.cli;

/** What {@code gateway.sh} ends with; documented in docs/cli.md. */
final class ExitCode {

  /** Done; of {@code status}: it runs. */
  static final int OK = 0;

  /** It did not work: a problem with the descriptor, a port, the gateway's answer. */
  static final int FAILED = 1;

  /** A verb or option that does not exist, or lacks something. */
  static final int USAGE = 2;

  /** No gateway runs here. */
  static final int NOT_RUNNING = 3;

  private ExitCode() {}
}
