package sluice.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of an options component when its key is absent, written as it would be in the
 * descriptor. A component that has neither a default nor the type {@link java.util.Optional},
 * {@link java.util.List} or {@link java.util.Map} is required.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {

  /** The default in the descriptor's own notation, for example {@code 2s} or {@code 64KiB}. */
  String value();
}
