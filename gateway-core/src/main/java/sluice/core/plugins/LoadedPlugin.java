package sluice.core.plugins;

import java.util.List;

/**
 * A plugin of which at least one extension is installed.
 *
 * @param id its {@code Plugin-Id}
 * @param version its {@code Plugin-Version}
 * @param jar its file name
 * @param requires its {@code Plugin-Requires}: the range of plugin API versions it works with
 * @param description its {@code Plugin-Description}; empty if it has none
 * @param provider its {@code Plugin-Provider}; empty if it has none
 * @param license its {@code Plugin-License}; empty if it has none
 * @param extensions those of its extensions that are installed, sorted by kind and name
 */
public record LoadedPlugin(
    String id,
    String version,
    String jar,
    String requires,
    String description,
    String provider,
    String license,
    List<Installed<?>> extensions) {

  /** Keeps its own copy of the list. */
  public LoadedPlugin {
    extensions = List.copyOf(extensions);
  }
}
