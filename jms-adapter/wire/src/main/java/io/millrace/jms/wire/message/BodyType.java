package io.millrace.jms.wire.message;

import org.jspecify.annotations.Nullable;

/** The kinds of JMS message, as the header {@link RecordHeader#BODY} names them. */
public enum BodyType {
  /** TextMessage: the value is the text in UTF-8. */
  TEXT('T'),
  /** BytesMessage: the value is the bytes. */
  BYTES('B'),
  /** MapMessage: see {@link MapBody}. */
  MAP('M'),
  /** StreamMessage: see {@link StreamBody}. */
  STREAM('S'),
  /** ObjectMessage: the value is the object in Java's serialisation. */
  OBJECT('O'),
  /** A plain Message, which has no body. */
  NONE('N');

  private static final BodyType[] ALL = values();

  private final char code;

  BodyType(char code) {
    this.code = code;
  }

  /** The one character of the header's value. */
  public char code() {
    return code;
  }

  /** The type with this code, or null if there is none. */
  static @Nullable BodyType of(int code) {
    for (BodyType type : ALL) {
      if (type.code == code) {
        return type;
      }
    }
    return null;
  }
}
