package sluice.core.descriptor.notation;

import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;

/**
 * A scalar of the descriptor after substitution.
 *
 * @param text its text
 * @param tag what it is by the YAML 1.2 core schema: quoted text is always text
 * @param substituted whether something of it came from the environment; then it may be read as any
 *     type, quoted or not
 */
public record Scalar(String text, Tag tag, boolean substituted) {

  /** A plain scalar, as in a default. */
  public static Scalar plain(String text) {
    return new Scalar(text, tagOf(text), false);
  }

  /** Text that was substituted. */
  public static Scalar substituted(String text) {
    return new Scalar(text, tagOf(text), true);
  }

  private static Tag tagOf(String text) {
    return new CoreScalarResolver(false).resolve(text, true);
  }

  /** Text, by the core schema. */
  public boolean isText() {
    return tag.equals(Tag.STR);
  }

  /** A whole number. */
  public boolean isWhole() {
    return tag.equals(Tag.INT);
  }

  /** A whole or another number. */
  public boolean isNumber() {
    return isWhole() || tag.equals(Tag.FLOAT);
  }

  /** True or false. */
  public boolean isBoolean() {
    return tag.equals(Tag.BOOL);
  }

  /** Nothing. */
  public boolean isNull() {
    return tag.equals(Tag.NULL);
  }

  /** For messages: what was seen. */
  public String seen() {
    if (isNull()) {
      return "empty";
    }
    String shown = text.length() > 60 ? text.substring(0, 57) + "..." : text;
    shown = shown.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    if (isWhole()) {
      return "the whole number " + shown;
    }
    if (isNumber()) {
      return "the number " + shown;
    }
    return isBoolean() ? shown : "text \"" + shown + "\"";
  }
}
