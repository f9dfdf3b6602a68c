package sluice.core.descriptor.load;

import java.util.ArrayList;
import java.util.List;
import sluice.api.ExtensionFactory;
import sluice.core.descriptor.Descriptor;
import sluice.core.descriptor.Loaded;
import sluice.core.descriptor.Problem;
import sluice.core.plugins.Extensions;
import sluice.core.plugins.Installed;

/** Makes every extension that a descriptor names once, as a start would, and closes it again. */
final class Trial {

  private final Extensions extensions;
  private final Loaded loaded;
  private final List<Problem> problems = new ArrayList<>();

  private Trial(Extensions extensions, Loaded loaded) {
    this.extensions = extensions;
    this.loaded = loaded;
  }

  /** What the extensions refuse. */
  static List<Problem> of(Extensions extensions, Loaded loaded) {
    Trial trial = new Trial(extensions, loaded);
    Descriptor descriptor = loaded.get();
    descriptor
        .listeners()
        .forEach(
            (name, listener) ->
                trial.make(
                    Extensions.Kind.PROTOCOL,
                    listener.protocol(),
                    listener.options(),
                    "listeners." + name));
    descriptor
        .pools()
        .forEach(
            (name, pool) -> {
              String path = "pools." + name;
              trial.make(
                  Extensions.Kind.STRATEGY,
                  pool.balance().strategy(),
                  pool.balance().options(),
                  path + ".balance");
              pool.health()
                  .ifPresent(
                      health ->
                          trial.make(
                              Extensions.Kind.CHECK,
                              health.check(),
                              health.options(),
                              path + ".health"));
            });
    return trial.problems;
  }

  private void make(Extensions.Kind kind, String name, Record options, String path) {
    // The loader has found it before.
    Installed<?> installed = extensions.find(kind, name).orElseThrow();
    try {
      if (created(installed.factory(), options) instanceof AutoCloseable closeable) {
        closeable.close();
      }
    } catch (IllegalArgumentException e) {
      problems.add(loaded.problem(path + ".options", String.valueOf(e.getMessage())));
    } catch (Exception | LinkageError e) {
      problems.add(
          loaded.problem(
              path + ".options",
              kind + " " + name + " of plugin " + installed.plugin() + " failed: " + e));
    }
  }

  private static <O extends Record, T> T created(ExtensionFactory<O, T> factory, Record options) {
    return factory.create(factory.optionsType().cast(options));
  }
}
