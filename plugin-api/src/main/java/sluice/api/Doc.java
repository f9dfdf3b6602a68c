package sluice.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a descriptor key is for, in one or two sentences with its unit; shown by {@code gateway.sh
 * plugins}, in the JSON Schema and in the reference of the descriptor.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Doc {

  /** Plain text. */
  String value();
}
