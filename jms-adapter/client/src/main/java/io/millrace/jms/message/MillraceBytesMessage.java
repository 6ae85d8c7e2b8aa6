package io.millrace.jms.message;

import io.millrace.batch.RecordView;
import io.millrace.jms.wire.message.BodyType;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes, big-endian. Written until {@link #reset}, read from then on. A received one is a view of
 * its record.
 */
public final class MillraceBytesMessage extends MillraceMessage implements BytesMessage {
  private static final int FIRST_BYTES = 128;
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  /**
   * When writable: bytes up to the position. When read-only: from 0 to the limit, read up to the
   * position.
   */
  private ByteBuffer body;

  public MillraceBytesMessage() {
    body = EMPTY;
  }

  MillraceBytesMessage(Origin origin) {
    super(origin);
    RecordView record = origin.record();
    body =
        record.hasValue()
            ? record.buffer().slice(record.valuePosition(), record.valueSize())
            : EMPTY;
  }

  @Override
  public BodyType bodyType() {
    return BodyType.BYTES;
  }

  @Override
  public ByteBuffer encodeBody() {
    return isBodyReadOnly() ? body.slice(0, body.limit()) : body.slice(0, body.position());
  }

  private ByteBuffer in(int bytes) throws JMSException {
    if (!isBodyReadOnly()) {
      throw new MessageNotReadableException("the body is write-only; reset() makes it readable");
    }
    if (body.remaining() < bytes) {
      throw new MessageEOFException("the body has ended");
    }
    return body;
  }

  private ByteBuffer out(int bytes) throws JMSException {
    requireWritableBody();
    if (body.remaining() < bytes) {
      long needed = (long) body.position() + bytes;
      long capacity =
          Math.max(
              Math.max(FIRST_BYTES, needed),
              Math.min(2L * body.capacity(), Integer.MAX_VALUE - 64));
      if (body.capacity() == 0) {
        capacity = Math.max(bytes, 1);
      }
      body = ByteBuffer.allocate(Math.toIntExact(capacity)).put(body.flip());
    }
    return body;
  }

  @Override
  public long getBodyLength() throws JMSException {
    if (!isBodyReadOnly()) {
      throw new MessageNotReadableException("the body is write-only; reset() makes it readable");
    }
    return body.limit();
  }

  @Override
  public boolean readBoolean() throws JMSException {
    return in(1).get() != 0;
  }

  @Override
  public byte readByte() throws JMSException {
    return in(1).get();
  }

  @Override
  public int readUnsignedByte() throws JMSException {
    return in(1).get() & 0xFF;
  }

  @Override
  public short readShort() throws JMSException {
    return in(2).getShort();
  }

  @Override
  public int readUnsignedShort() throws JMSException {
    return in(2).getShort() & 0xFFFF;
  }

  @Override
  public char readChar() throws JMSException {
    return in(2).getChar();
  }

  @Override
  public int readInt() throws JMSException {
    return in(4).getInt();
  }

  @Override
  public long readLong() throws JMSException {
    return in(8).getLong();
  }

  @Override
  public float readFloat() throws JMSException {
    return in(4).getFloat();
  }

  @Override
  public double readDouble() throws JMSException {
    return in(8).getDouble();
  }

  /** Reads what {@link #writeUTF} wrote: u16 length and modified UTF-8. */
  @Override
  public String readUTF() throws JMSException {
    int start = in(2).position();
    try {
      int length = body.getShort() & 0xFFFF;
      byte[] bytes = new byte[2 + length];
      body.position(start);
      body.get(bytes);
      return new DataInputStream(new ByteArrayInputStream(bytes)).readUTF();
    } catch (BufferUnderflowException tooShort) {
      body.position(start);
      throw new MessageEOFException("the body has ended");
    } catch (IOException malformed) {
      body.position(start);
      throw new MessageFormatException("not a string in modified UTF-8: " + malformed.getMessage());
    }
  }

  @Override
  public int readBytes(byte[] value) throws JMSException {
    return readBytes(value, value.length);
  }

  @Override
  public int readBytes(byte[] value, int length) throws JMSException {
    if (length < 0 || length > value.length) {
      throw new IndexOutOfBoundsException("length " + length + " of an array of " + value.length);
    }
    ByteBuffer source = in(0);
    if (!source.hasRemaining() && length > 0) {
      return -1;
    }
    int count = Math.min(length, source.remaining());
    source.get(value, 0, count);
    return count;
  }

  @Override
  public void writeBoolean(boolean value) throws JMSException {
    out(1).put((byte) (value ? 1 : 0));
  }

  @Override
  public void writeByte(byte value) throws JMSException {
    out(1).put(value);
  }

  @Override
  public void writeShort(short value) throws JMSException {
    out(2).putShort(value);
  }

  @Override
  public void writeChar(char value) throws JMSException {
    out(2).putChar(value);
  }

  @Override
  public void writeInt(int value) throws JMSException {
    out(4).putInt(value);
  }

  @Override
  public void writeLong(long value) throws JMSException {
    out(8).putLong(value);
  }

  @Override
  public void writeFloat(float value) throws JMSException {
    out(4).putFloat(value);
  }

  @Override
  public void writeDouble(double value) throws JMSException {
    out(8).putDouble(value);
  }

  @Override
  public void writeUTF(String value) throws JMSException {
    byte[] bytes = ModifiedUtf8.encode(value);
    out(bytes.length).put(bytes);
  }

  @Override
  public void writeBytes(byte[] value) throws JMSException {
    out(value.length).put(value);
  }

  @Override
  public void writeBytes(byte[] value, int offset, int length) throws JMSException {
    out(length).put(value, offset, length);
  }

  @Override
  public void writeObject(Object value) throws JMSException {
    if (value == null) {
      throw new NullPointerException("a bytes message cannot hold null");
    }
    if (value instanceof Boolean v) {
      writeBoolean(v);
    } else if (value instanceof Byte v) {
      writeByte(v);
    } else if (value instanceof Short v) {
      writeShort(v);
    } else if (value instanceof Character v) {
      writeChar(v);
    } else if (value instanceof Integer v) {
      writeInt(v);
    } else if (value instanceof Long v) {
      writeLong(v);
    } else if (value instanceof Float v) {
      writeFloat(v);
    } else if (value instanceof Double v) {
      writeDouble(v);
    } else if (value instanceof String v) {
      writeUTF(v);
    } else if (value instanceof byte[] v) {
      writeBytes(v);
    } else {
      throw new MessageFormatException(
          "a bytes message cannot hold a " + value.getClass().getName());
    }
  }

  @Override
  public void reset() {
    if (isBodyReadOnly()) {
      body.rewind();
    } else {
      body = body.flip();
      setBodyReadOnly(true);
    }
  }

  @Override
  public void clearBody() throws JMSException {
    super.clearBody();
    body = EMPTY;
  }

  private int size() {
    return isBodyReadOnly() ? body.limit() : body.position();
  }

  @Override
  @Nullable Object bodyAs(Class<?> type) {
    if (size() == 0) {
      return null;
    }
    byte[] bytes = new byte[size()];
    body.get(0, bytes);
    return bytes;
  }

  @Override
  public <T> T getBody(Class<T> type) throws JMSException {
    reset();
    return super.getBody(type);
  }

  @Override
  @SuppressWarnings({"rawtypes", "unchecked"}) // as the interface declares it
  public boolean isBodyAssignableTo(Class type) {
    return size() == 0 || type.isAssignableFrom(byte[].class);
  }

  @Override
  public String toString() {
    return super.toString() + " " + size() + " bytes";
  }
}
