package sluice.core.descriptor;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import sluice.core.plugins.Extensions;

/**
 * Marks the {@link Record} component that holds the options of the extension which a sibling
 * component names; it is bound to that extension's options type.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OptionsOf {

  /** The kind of extension. */
  Extensions.Kind kind();

  /** The sibling component that holds the extension's name. */
  String by();
}
