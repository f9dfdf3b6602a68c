package sluice.core.descriptor.bind;

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
record Scalar(String text, Tag tag, boolean substituted) {

  /** A plain scalar, as in a default. */
  static Scalar plain(String text) {
    return new Scalar(text, tagOf(text), false);
  }

  /** Text that was substituted. */
  static Scalar substituted(String text) {
    return new Scalar(text, tagOf(text), true);
  }

  private static Tag tagOf(String text) {
    return new CoreScalarResolver(false).resolve(text, true);
  }

  boolean isText() {
    return tag.equals(Tag.STR);
  }

  boolean isWhole() {
    return tag.equals(Tag.INT);
  }

  boolean isNumber() {
    return isWhole() || tag.equals(Tag.FLOAT);
  }

  boolean isBoolean() {
    return tag.equals(Tag.BOOL);
  }

  boolean isNull() {
    return tag.equals(Tag.NULL);
  }

  /** For messages: what was seen. */
  String seen() {
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
