package io.millrace.jms.wire.message;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The types of a JMS property: the character in the header's name, and the value to text and back.
 */
enum PropertyType {
  BOOLEAN('z', Boolean.class),
  BYTE('b', Byte.class),
  SHORT('s', Short.class),
  INT('i', Integer.class),
  LONG('l', Long.class),
  FLOAT('f', Float.class),
  DOUBLE('d', Double.class),
  STRING('S', String.class);

  private static final PropertyType[] ALL = values();

  private final char code;
  private final Class<?> javaType;

  PropertyType(char code, Class<?> javaType) {
    this.code = code;
    this.javaType = javaType;
  }

  char code() {
    return code;
  }

  /**
   * The type of a value; null is a string.
   *
   * @throws IllegalArgumentException if no property may have such a value
   */
  static PropertyType of(@Nullable Object value) {
    if (value == null) {
      return STRING;
    }
    for (PropertyType type : ALL) {
      if (type.javaType == value.getClass()) {
        return type;
      }
    }
    throw new IllegalArgumentException("a property cannot be a " + value.getClass().getName());
  }

  /** The type with this code, or null if there is none. */
  static @Nullable PropertyType of(char code) {
    for (PropertyType type : ALL) {
      if (type.code == code) {
        return type;
      }
    }
    return null;
  }

  /** The value that a text stands for; a text that a foreign producer got wrong stays a string. */
  Object parse(String text) {
    return switch (this) {
      case BOOLEAN -> truth(text);
      case BYTE -> number(text, Byte::valueOf);
      case SHORT -> number(text, Short::valueOf);
      case INT -> number(text, Integer::valueOf);
      case LONG -> number(text, Long::valueOf);
      case FLOAT -> number(text, Float::valueOf);
      case DOUBLE -> number(text, Double::valueOf);
      case STRING -> text;
    };
  }

  private static Object truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> text;
    };
  }

  private static Object number(String text, Function<String, Object> parser) {
    try {
      return parser.apply(text);
    } catch (NumberFormatException notANumber) {
      return text;
    }
  }
}
