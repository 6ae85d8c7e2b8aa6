package io.millrace.jms.message;

import io.millrace.jms.wire.message.BodyFormatException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import org.jspecify.annotations.Nullable;

/** What map and stream bodies have in common. */
final class BodyErrors {
  private BodyErrors() {}

  /**
   * True for what a map or stream may hold: the objectified primitives, String, byte[] and null.
   */
  static boolean isPrimitive(@Nullable Object value) {
    return value == null
        || value instanceof Boolean
        || value instanceof Byte
        || value instanceof Short
        || value instanceof Character
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Float
        || value instanceof Double
        || value instanceof String
        || value instanceof byte[];
  }

  static String className(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getName();
  }

  /** For a record whose value is not what its headers say. */
  static JMSException malformed(BodyFormatException cause) {
    MessageFormatException failure =
        new MessageFormatException("the body is malformed: " + cause.getMessage());
    failure.initCause(cause);
    failure.setLinkedException(cause);
    return failure;
  }
}
