package sluice.core.descriptor.bind;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import sluice.core.descriptor.Problem;

/**
 * What binding a descriptor has found: problems, warnings, and every value that was bound with its
 * place, so that cross checks can go on where a neighbour could not be bound. One thread.
 */
public final class Findings {

  /**
   * A value at its place.
   *
   * @param written whether it stands in the file, as opposed to being a default
   */
  public record Bound(Place place, Object value, boolean written) {}

  private final String file;
  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private final Map<String, Bound> bound = new LinkedHashMap<>();
  private final Map<String, Map<String, Place>> maps = new LinkedHashMap<>();
  private final Map<String, Problem> positions = new TreeMap<>();

  /**
   * @param file as the operator named it
   */
  public Findings(String file) {
    this.file = file;
    visited(Place.DOCUMENT);
  }

  /** Something is wrong. */
  public void problem(Place place, String message) {
    problems.add(at(place, message));
  }

  /** Something is worth a warning. */
  public void warning(Place place, String message) {
    warnings.add(at(place, message));
  }

  private Problem at(Place place, String message) {
    // A problem is one line, whatever an extension's message has.
    String line = message.strip().replaceAll("\\s*[\\r\\n]\\s*", " ");
    return new Problem(file, place.line(), place.column(), place.path(), line);
  }

  void visited(Place place) {
    positions.put(place.path(), at(place, ""));
  }

  void bound(Place place, Object value, boolean written) {
    visited(place);
    bound.put(place.path(), new Bound(place, value, written));
  }

  void map(Place place, Map<String, Place> entries) {
    maps.put(place.path(), Collections.unmodifiableMap(entries));
  }

  /** The places of a map's entries by name, in the order of the file; empty if it is no map. */
  public Optional<Map<String, Place>> map(Place place) {
    return Optional.ofNullable(maps.get(place.path()));
  }

  /** Whether something stands at a path, however wrong. */
  public boolean has(Place place) {
    return positions.containsKey(place.path())
        || problems.stream().anyMatch(problem -> problem.path().equals(place.path()));
  }

  /** The place of a key, or of what should have it. */
  public Place place(Place parent, String key) {
    Place child = parent.child(key);
    Problem position = positions.get(child.path());
    return position == null ? child : new Place(child.path(), position.line(), position.column());
  }

  /**
   * The place of a key below a value.
   *
   * @param keys with dots between them, quoted where they have other characters
   */
  public Place below(Bound value, String keys) {
    String path = value.place().path() + "." + keys;
    Problem position = positions.get(path);
    return position == null
        ? new Place(path, value.place().line(), value.place().column())
        : new Place(path, position.line(), position.column());
  }

  /** The value at a path, if it was bound and has this type. */
  public <T> Optional<T> value(Place place, String key, Class<T> type) {
    return at(place, key, type).map(found -> type.cast(found.value()));
  }

  /** The value at a path with its place, if it was bound and has this type. */
  public Optional<Bound> at(Place place, String key, Class<?> type) {
    return Optional.ofNullable(bound.get(place.child(key, null).path()))
        .filter(found -> type.isInstance(found.value()));
  }

  /** All values of a type at or under a place, in the order of the records. */
  public List<Bound> under(Place place, Class<?> type) {
    boolean all = place.path().equals(Problem.DOCUMENT);
    return bound.values().stream()
        .filter(found -> type.isInstance(found.value()))
        .filter(found -> all || found.place().path().startsWith(place.path() + "."))
        .toList();
  }

  /** The problems so far. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** The warnings so far. */
  public List<Problem> warnings() {
    return List.copyOf(warnings);
  }

  /** Where each path stands. */
  public Map<String, Problem> positions() {
    return Map.copyOf(positions);
  }
}
