package sluice.core.descriptor;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a map whose keys are names that operators give and that commands, logs and records show.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Names {

  /** What a name looks like. */
  String PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,62}";

  /** The same for people. */
  String EXPECTED =
      "1 to 63 letters, digits, dots, hyphens or underscores, beginning with a letter or digit";
}
