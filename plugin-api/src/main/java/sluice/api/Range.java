package sluice.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The limits, both included, of a whole-number options component. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {

  /** The least value that is accepted. */
  long min() default Long.MIN_VALUE;

  /** The greatest value that is accepted. */
  long max() default Long.MAX_VALUE;
}
