package sluice.core.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.MarkerManager;
import sluice.core.Gateway;
import sluice.core.StartException;
import sluice.core.control.ControlServer;
import sluice.core.control.Instance;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.Loaded;
import sluice.core.descriptor.Problem;
import sluice.core.descriptor.load.DescriptorLoader;
import sluice.core.plugins.PluginHost;
import sluice.core.session.Records;

/**
 * The gateway with everything around it: plugins, descriptor and control socket. Started, awaited
 * and closed on the main thread.
 */
public final class Launch implements AutoCloseable {

  private static final Logger LOG = LogManager.getLogger(Launch.class);

  /** Of lines that are printed too, for the console to leave out. */
  private static final Marker PRINTED = MarkerManager.getMarker("PRINTED");

  /** For the backends to show how they are, before anyone is told. */
  private static final Duration FIRST_RESULTS = Duration.ofSeconds(2);

  private final Settings settings;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private Gateway gateway;

  private Launch(Settings settings) {
    this.settings = settings;
  }

  /**
   * How to start.
   *
   * @param home of the distribution
   * @param file the descriptor
   * @param environment the variables that the descriptor may name
   * @param records gets what the access log gets, on event loops
   * @param warnings gets what does not hinder the start, a line each; the log has it already
   */
  public record Settings(
      Home home,
      Path file,
      UnaryOperator<String> environment,
      Records records,
      Consumer<String> warnings) {}

  /**
   * Starts. When this returns, clients are served, and the backends had two seconds to show how
   * they are.
   *
   * @throws LaunchException with all problems; the log has them already
   */
  public static Launch start(Settings settings) throws LaunchException {
    Launch launch = new Launch(settings);
    boolean started = false;
    try {
      launch.start();
      started = true;
      return launch;
    } catch (LaunchException e) {
      e.problems().forEach(problem -> LOG.error(PRINTED, "not started: {}", problem));
      throw e;
    } finally {
      if (!started) {
        launch.close();
      }
    }
  }

  private void start() throws LaunchException {
    LOG.info(
        "Sluice {} starts in {} with {}",
        Version.gateway(),
        settings.home().root(),
        settings.file());
    PluginHost plugins = PluginHost.load(settings.home().plugins());
    parts.push(plugins);
    plugins.problems().forEach(problem -> warn("a plugin cannot be used: " + problem));

    Loaded loaded =
        new DescriptorLoader(plugins.extensions())
            .withEnvironment(settings.environment())
            .withHome(settings.home().root())
            .load(settings.file());
    loaded.warnings().forEach(warning -> warn("warning: " + warning));
    if (!loaded.ok()) {
      throw new LaunchException(loaded.problems().stream().map(Problem::toString).toList());
    }
    Descriptor descriptor = loaded.get();
    FileLimit.warning(descriptor, FileLimit.ofSystem()).ifPresent(text -> warn("warning: " + text));

    try {
      Path socket = settings.home().resolve(descriptor.control().socket());
      // Before the ports, so that a second start is told of the first and not of its ports.
      Instance instance = Instance.claim(socket);
      parts.push(instance);
      gateway = Gateway.start(descriptor, plugins.extensions(), records(), Version.gateway());
      parts.push(gateway);
      parts.push(ControlServer.start(socket, gateway, descriptor.stopTimeout()));
      gateway.awaitFirstResults(FIRST_RESULTS);
    } catch (StartException e) {
      throw new LaunchException(
          e.problems().stream()
              .map(problem -> loaded.problem(problem.path(), problem.message()).toString())
              .toList());
    } catch (IOException e) {
      throw new LaunchException(List.of(Failures.text(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchException(List.of("interrupted while starting"));
    }
  }

  private void warn(String text) {
    LOG.warn(PRINTED, text);
    settings.warnings().accept(text);
  }

  private Records records() {
    AccessLog log = new AccessLog();
    return (Map<String, Object> entry) -> {
      log.write(entry);
      settings.records().write(entry);
    };
  }

  /** The gateway, running. */
  public Gateway gateway() {
    return gateway;
  }

  /** Waits until the gateway has stopped. */
  public void awaitStopped() {
    gateway.stopped().join();
  }

  /** Closes everything, cutting off what still runs. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("not everything could be closed", e);
      }
    }
  }
}
