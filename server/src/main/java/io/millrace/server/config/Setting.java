package io.millrace.server.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One setting of a configuration record: what it means and what it is when nobody says anything.
 * The reference page {@code docs/configuration.md} is held against these.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

  /** The default as it would be written in a file; empty for a text that is not set. */
  String value();

  /** What the number counts; empty for what has no unit. */
  String unit() default "";

  /** What it does, in one or two sentences. */
  String meaning();
}
