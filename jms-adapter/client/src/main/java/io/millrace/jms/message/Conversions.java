package io.millrace.jms.message;

import jakarta.jms.MessageFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The conversions between the types of values, by the tables of Jakarta Messaging 3.1: 3.5.4
 * (properties) and 3.11.3 (map and stream bodies). A null is read as the parsers read a null
 * string: NumberFormatException for numbers, false for boolean.
 */
final class Conversions {
  private Conversions() {}

  static boolean toBoolean(@Nullable Object value) throws MessageFormatException {
    if (value instanceof Boolean v) {
      return v;
    }
    if (value == null || value instanceof String) {
      return Boolean.parseBoolean((String) value);
    }
    throw cannot(value, "boolean");
  }

  static byte toByte(@Nullable Object value) throws MessageFormatException {
    if (value instanceof Byte v) {
      return v;
    }
    return Byte.parseByte(text(value, "byte"));
  }

  static short toShort(@Nullable Object value) throws MessageFormatException {
    if (value instanceof Byte || value instanceof Short) {
      return ((Number) value).shortValue();
    }
    return Short.parseShort(text(value, "short"));
  }

  static char toChar(@Nullable Object value) throws MessageFormatException {
    if (value instanceof Character v) {
      return v;
    }
    if (value == null) {
      throw new NullPointerException("a null value cannot be read as char");
    }
    throw cannot(value, "char");
  }

  static int toInt(@Nullable Object value) throws MessageFormatException {
    if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
      return ((Number) value).intValue();
    }
    return Integer.parseInt(text(value, "int"));
  }

  static long toLong(@Nullable Object value) throws MessageFormatException {
    if (value instanceof Byte
        || value instanceof Short
        || value instanceof Integer
        || value instanceof Long) {
      return ((Number) value).longValue();
    }
    return Long.parseLong(text(value, "long"));
  }

  static float toFloat(@Nullable Object value) throws MessageFormatException {
    if (value instanceof Float v) {
      return v;
    }
    return Float.parseFloat(floatingText(value, "float"));
  }

  static double toDouble(@Nullable Object value) throws MessageFormatException {
    if (value instanceof Float || value instanceof Double) {
      return ((Number) value).doubleValue();
    }
    return Double.parseDouble(floatingText(value, "double"));
  }

  static @Nullable String toText(@Nullable Object value) throws MessageFormatException {
    if (value instanceof byte[]) {
      throw cannot(value, "String");
    }
    return value == null ? null : value.toString();
  }

  static byte @Nullable [] toBytes(@Nullable Object value) throws MessageFormatException {
    if (value == null) {
      return null;
    }
    if (value instanceof byte[] v) {
      return v.clone();
    }
    throw cannot(value, "byte[]");
  }

  /** The string to parse a number from. */
  private static String text(@Nullable Object value, String type) throws MessageFormatException {
    if (value instanceof String v) {
      return v;
    }
    if (value == null) {
      throw new NumberFormatException("null");
    }
    throw cannot(value, type);
  }

  /**
   * As {@link #text}; the parsers of floating-point numbers do not take null as a
   * NumberFormatException.
   */
  private static String floatingText(@Nullable Object value, String type)
      throws MessageFormatException {
    if (value == null) {
      throw new NullPointerException("a null value cannot be read as " + type);
    }
    return text(value, type);
  }

  private static MessageFormatException cannot(Object value, String type) {
    return new MessageFormatException(
        "a " + value.getClass().getSimpleName() + " cannot be read as " + type);
  }
}
