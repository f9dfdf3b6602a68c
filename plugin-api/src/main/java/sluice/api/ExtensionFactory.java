package sluice.api;

import org.pf4j.ExtensionPoint;

/**
 * Makes one kind of extension from its options; the shape that balancers, health checks and
 * protocols share.
 *
 * <p><b>Life.</b> The gateway makes one factory per plugin through its public no-argument
 * constructor and asks it for {@link #name()} and {@link #optionsType()} once, when the plugin is
 * loaded. For each place in the descriptor that names the extension it binds the options and calls
 * {@link #create} once. What was created is closed when it is no longer used, if it is {@link
 * AutoCloseable}.
 *
 * <p><b>Threads.</b> All methods are called on the gateway's main thread, at start and at reload.
 * They may block for a short time, for example to read a file.
 *
 * @param <O> the options: a record whose components are the keys of the descriptor's {@code
 *     options:} node, written in kebab-case. A component may be a primitive, {@link String}, an
 *     enum, {@link java.time.Duration}, {@link java.nio.file.Path}, {@link java.net.InetAddress},
 *     {@link ByteSize}, {@link PortRanges}, {@link Secret}, {@link PoolRef}, {@link KeyRef},
 *     another record, or a {@link java.util.List}, {@link java.util.Map} (with {@link String} keys)
 *     or {@link java.util.Optional} of these. Mark defaults with {@link Default}, limits with
 *     {@link Range} and say what the key is for with {@link Doc}. An {@link
 *     IllegalArgumentException} from the record's constructor is reported as a problem at the line
 *     of the options.
 * @param <T> what is made
 */
public interface ExtensionFactory<O extends Record, T> extends ExtensionPoint {

  /**
   * The name by which the descriptor asks for this extension: lower-case letters, digits and
   * hyphens, unique among the installed extensions of its kind.
   */
  String name();

  /** The record type that the descriptor's {@code options:} node is bound to. */
  Class<O> optionsType();

  /**
   * Makes the extension.
   *
   * @param options bound and valid by the record's own constructor; never null
   * @throws IllegalArgumentException if the options cannot work; the message is shown to the
   *     operator with the line of the options, so it says what was seen and what was expected
   */
  T create(O options);
}
