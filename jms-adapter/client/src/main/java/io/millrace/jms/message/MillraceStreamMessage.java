package io.millrace.jms.message;

import io.millrace.batch.RecordView;
import io.millrace.jms.wire.message.BodyFormatException;
import io.millrace.jms.wire.message.BodyType;
import io.millrace.jms.wire.message.StreamBody;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.StreamMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values in order. Written until {@link #reset}, read from then on. */
public final class MillraceStreamMessage extends MillraceMessage implements StreamMessage {
  private @Nullable List<@Nullable Object> values;
  private int next;
  private int bytesRead;

  public MillraceStreamMessage() {
    values = new ArrayList<>();
  }

  MillraceStreamMessage(Origin origin) {
    super(origin);
  }

  @Override
  public BodyType bodyType() {
    return BodyType.STREAM;
  }

  @Override
  public ByteBuffer encodeBody() throws JMSException {
    return StreamBody.encode(values());
  }

  private List<@Nullable Object> values() throws JMSException {
    List<@Nullable Object> decoded = values;
    if (decoded == null) {
      RecordView record = record();
      ByteBuffer value = record == null ? null : record.value();
      try {
        decoded = value == null ? new ArrayList<>() : StreamBody.decode(value);
      } catch (BodyFormatException malformed) {
        throw BodyErrors.malformed(malformed);
      }
      values = decoded;
    }
    return decoded;
  }

  /** A conversion that leaves the stream where it was when it fails. */
  @FunctionalInterface
  private interface Conversion<T> {
    T of(@Nullable Object value) throws JMSException;
  }

  private <T> T read(Conversion<T> conversion) throws JMSException {
    T converted = conversion.of(peek());
    next++;
    bytesRead = 0;
    return converted;
  }

  private @Nullable Object peek() throws JMSException {
    if (!isBodyReadOnly()) {
      throw new MessageNotReadableException("the body is write-only; reset() makes it readable");
    }
    if (bytesRead > 0) {
      throw new MessageFormatException("a byte[] has not been read to its end");
    }
    if (next >= values().size()) {
      throw new MessageEOFException("the stream has ended");
    }
    return values().get(next);
  }

  private void write(@Nullable Object value) throws JMSException {
    requireWritableBody();
    values().add(value);
  }

  @Override
  public boolean readBoolean() throws JMSException {
    return read(Conversions::toBoolean);
  }

  @Override
  public byte readByte() throws JMSException {
    return read(Conversions::toByte);
  }

  @Override
  public short readShort() throws JMSException {
    return read(Conversions::toShort);
  }

  @Override
  public char readChar() throws JMSException {
    return read(Conversions::toChar);
  }

  @Override
  public int readInt() throws JMSException {
    return read(Conversions::toInt);
  }

  @Override
  public long readLong() throws JMSException {
    return read(Conversions::toLong);
  }

  @Override
  public float readFloat() throws JMSException {
    return read(Conversions::toFloat);
  }

  @Override
  public double readDouble() throws JMSException {
    return read(Conversions::toDouble);
  }

  @Override
  public String readString() throws JMSException {
    return read(value -> nullable(Conversions.toText(value)));
  }

  /** Reads a byte[] in parts: see the interface. -1 says that it has ended, or that it was null. */
  @Override
  public int readBytes(byte[] target) throws JMSException {
    int from = bytesRead;
    bytesRead = 0;
    Object value = peek();
    if (value == null) {
      next++;
      return -1;
    }
    if (!(value instanceof byte[] bytes)) {
      throw new MessageFormatException(
          "a " + BodyErrors.className(value) + " cannot be read as byte[]");
    }
    int left = bytes.length - Math.max(0, from);
    if (left == 0 && from > 0) {
      next++;
      return -1;
    }
    int count = Math.min(left, target.length);
    System.arraycopy(bytes, Math.max(0, from), target, 0, count);
    if (count < target.length) {
      next++;
    } else {
      bytesRead = from + count;
    }
    return count;
  }

  @Override
  public Object readObject() throws JMSException {
    Object value = read(MillraceMessage::nullable);
    return value instanceof byte[] bytes ? bytes.clone() : value;
  }

  @Override
  public void writeBoolean(boolean value) throws JMSException {
    write(value);
  }

  @Override
  public void writeByte(byte value) throws JMSException {
    write(value);
  }

  @Override
  public void writeShort(short value) throws JMSException {
    write(value);
  }

  @Override
  public void writeChar(char value) throws JMSException {
    write(value);
  }

  @Override
  public void writeInt(int value) throws JMSException {
    write(value);
  }

  @Override
  public void writeLong(long value) throws JMSException {
    write(value);
  }

  @Override
  public void writeFloat(float value) throws JMSException {
    write(value);
  }

  @Override
  public void writeDouble(double value) throws JMSException {
    write(value);
  }

  @Override
  public void writeString(@Nullable String value) throws JMSException {
    write(value);
  }

  @Override
  public void writeBytes(byte @Nullable [] value) throws JMSException {
    write(value == null ? null : value.clone());
  }

  @Override
  public void writeBytes(byte[] value, int offset, int length) throws JMSException {
    write(Arrays.copyOfRange(value, offset, offset + length));
  }

  @Override
  public void writeObject(@Nullable Object value) throws JMSException {
    if (!BodyErrors.isPrimitive(value)) {
      throw new MessageFormatException("a stream cannot hold a " + BodyErrors.className(value));
    }
    write(value instanceof byte[] bytes ? bytes.clone() : value);
  }

  @Override
  public void reset() {
    setBodyReadOnly(true);
    rewind();
  }

  private void rewind() {
    next = 0;
    bytesRead = 0;
  }

  @Override
  public void clearBody() throws JMSException {
    super.clearBody();
    values = new ArrayList<>();
    rewind();
  }

  @Override
  public <T> T getBody(Class<T> type) throws JMSException {
    throw new MessageFormatException("a StreamMessage has no body to be read as a whole");
  }

  @Override
  @SuppressWarnings("rawtypes") // as the interface declares it
  public boolean isBodyAssignableTo(Class type) {
    return false;
  }
}
