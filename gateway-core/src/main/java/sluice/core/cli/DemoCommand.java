package sluice.core.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stands here for the help only: the demo is in lib/demo, which only {@code demo} loads. */
@Command(
    name = "demo",
    description = {
      "Shows the gateway at work with servers of its own; \"gateway.sh demo --help\" says more."
    })
final class DemoCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    throw new IllegalArgumentException("the demo is run by \"gateway.sh demo\"; run that");
  }
}
