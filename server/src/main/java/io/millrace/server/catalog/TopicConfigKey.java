package io.millrace.server.catalog;

import org.jspecify.annotations.Nullable;

/**
 * One setting of a topic. Immutable.
 *
 * @param name Kafka's name, or one that begins with {@code millrace.}
 * @param defaultValue as text; for a topic whose server sets no other default
 * @param check refuses values
 * @param hasEffect false for settings that are taken so that clients and tools work, but change
 *     nothing here
 * @param documentation a sentence or two for people
 */
public record TopicConfigKey(
    String name,
    ValueType type,
    String defaultValue,
    Check check,
    boolean hasEffect,
    String documentation) {

  /** How values are written, as Kafka's DescribeConfigs names it. */
  public enum ValueType {
    BOOLEAN,
    STRING,
    INT,
    LONG,
    DOUBLE,
    LIST
  }

  /** Says what is wrong with a value, or null. */
  @FunctionalInterface
  public interface Check {
    @Nullable String problemWith(String value);
  }

  /**
   * Checks a value.
   *
   * @throws CatalogException {@link CatalogException.Reason#INVALID_CONFIG}
   */
  public void check(String value) {
    String problem = check.problemWith(value);
    if (problem != null) {
      throw new CatalogException(
          CatalogException.Reason.INVALID_CONFIG, name + "=" + value + ": " + problem);
    }
  }

  static Check range(long min, long max) {
    return value -> {
      long number;
      try {
        number = Long.parseLong(value.trim());
      } catch (NumberFormatException e) {
        return "not a whole number";
      }
      return number < min || number > max ? "must be from " + min + " to " + max : null;
    };
  }

  static Check ratio() {
    return value -> {
      double number;
      try {
        number = Double.parseDouble(value.trim());
      } catch (NumberFormatException e) {
        return "not a number";
      }
      return number >= 0 && number <= 1 ? null : "must be from 0 to 1";
    };
  }

  static Check oneOf(String... allowed) {
    return value -> {
      for (String each : allowed) {
        if (each.equals(value)) {
          return null;
        }
      }
      return "must be " + String.join(" or ", allowed);
    };
  }

  static Check any() {
    return value -> null;
  }
}
