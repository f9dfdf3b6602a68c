package sluice.core.plugins;

import java.util.Objects;
import sluice.api.ExtensionFactory;

/**
 * An extension that can be named in the descriptor.
 *
 * @param name what the descriptor says
 * @param factory the plugin's factory
 * @param optionsType asked of the factory once
 * @param plugin the id of the plugin it comes from
 * @param version the plugin's version
 * @param jar the file name of the plugin
 * @param <F> the kind of factory
 */
public record Installed<F extends ExtensionFactory<?, ?>>(
    String name,
    F factory,
    Class<? extends Record> optionsType,
    String plugin,
    String version,
    String jar) {

  /**
   * @throws NullPointerException if a part is missing
   */
  public Installed {
    Objects.requireNonNull(name);
    Objects.requireNonNull(factory);
    Objects.requireNonNull(optionsType);
    Objects.requireNonNull(plugin);
    Objects.requireNonNull(version);
    Objects.requireNonNull(jar);
  }

  /** The extension of a factory that comes from no plugin file, as in tests. */
  public static <F extends ExtensionFactory<?, ?>> Installed<F> of(F factory) {
    return new Installed<>(
        factory.name(), factory, factory.optionsType(), "built-in", "0.0.0", "(class path)");
  }
}
