package sluice.core.cli;

import sluice.core.launch.Home;

/** Where the process begins. */
public final class Main {

  private Main() {}

  /** Runs a verb and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(Cli.execute(Home.ofSystem(), arguments));
  }
}
