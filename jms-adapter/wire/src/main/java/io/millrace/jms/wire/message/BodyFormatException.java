package io.millrace.jms.wire.message;

/** The value of a record is not the MapMessage or StreamMessage that its headers say it is. */
public final class BodyFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  public BodyFormatException(String message) {
    super(message);
  }
}
