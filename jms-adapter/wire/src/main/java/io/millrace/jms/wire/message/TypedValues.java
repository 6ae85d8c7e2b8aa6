package io.millrace.jms.wire.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The tagged values of map and stream bodies: {@code u8} tag, then the value, big-endian. */
final class TypedValues {
  /** First byte of a map or stream body: the version of the encoding. */
  static final int VERSION = 1;

  static final int NULL = 0;
  static final int BOOLEAN = 1;
  static final int BYTE = 2;
  static final int SHORT = 3;
  static final int CHAR = 4;
  static final int INT = 5;
  static final int LONG = 6;
  static final int FLOAT = 7;
  static final int DOUBLE = 8;
  static final int STRING = 9;
  static final int BYTES = 10;

  private TypedValues() {}

  /** Something that writes to memory, where no write can fail. */
  interface Body {
    void writeTo(DataOutputStream out) throws IOException;
  }

  /** A body: the version and what {@code body} writes. */
  static ByteBuffer encode(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(VERSION);
      body.writeTo(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  static void write(DataOutputStream out, @Nullable Object value) throws IOException {
    if (value == null) {
      out.write(NULL);
    } else if (value instanceof Boolean v) {
      out.write(BOOLEAN);
      out.writeBoolean(v);
    } else if (value instanceof Byte v) {
      out.write(BYTE);
      out.write(v);
    } else if (value instanceof Short v) {
      out.write(SHORT);
      out.writeShort(v);
    } else if (value instanceof Character v) {
      out.write(CHAR);
      out.writeChar(v);
    } else if (value instanceof Integer v) {
      out.write(INT);
      out.writeInt(v);
    } else if (value instanceof Long v) {
      out.write(LONG);
      out.writeLong(v);
    } else if (value instanceof Float v) {
      out.write(FLOAT);
      out.writeFloat(v);
    } else if (value instanceof Double v) {
      out.write(DOUBLE);
      out.writeDouble(v);
    } else if (value instanceof String v) {
      out.write(STRING);
      writeBytes(out, v.getBytes(UTF_8));
    } else if (value instanceof byte[] v) {
      out.write(BYTES);
      writeBytes(out, v);
    } else {
      throw new IllegalArgumentException("a body cannot hold a " + value.getClass().getName());
    }
  }

  static void writeBytes(DataOutputStream out, byte[] value) throws IOException {
    out.writeInt(value.length);
    out.write(value);
  }

  /** A copy of a body to read from, behind its version. */
  static ByteBuffer begin(ByteBuffer body) throws BodyFormatException {
    ByteBuffer in = body.duplicate();
    int version = need(in, 1).get();
    if (version != VERSION) {
      throw new BodyFormatException("body of version " + version);
    }
    return in;
  }

  static @Nullable Object read(ByteBuffer in) throws BodyFormatException {
    int tag = need(in, 1).get();
    return switch (tag) {
      case NULL -> null;
      case BOOLEAN -> need(in, 1).get() != 0;
      case BYTE -> need(in, 1).get();
      case SHORT -> need(in, 2).getShort();
      case CHAR -> need(in, 2).getChar();
      case INT -> need(in, 4).getInt();
      case LONG -> need(in, 8).getLong();
      case FLOAT -> need(in, 4).getFloat();
      case DOUBLE -> need(in, 8).getDouble();
      case STRING -> new String(readBytes(in), UTF_8);
      case BYTES -> readBytes(in);
      default -> throw new BodyFormatException("value of unknown type " + tag);
    };
  }

  static byte[] readBytes(ByteBuffer in) throws BodyFormatException {
    int length = need(in, 4).getInt();
    need(in, length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  static ByteBuffer need(ByteBuffer in, int bytes) throws BodyFormatException {
    if (bytes < 0 || in.remaining() < bytes) {
      throw new BodyFormatException(
          "value of "
              + Integer.toUnsignedString(bytes)
              + " bytes where "
              + in.remaining()
              + " remain");
    }
    return in;
  }
}
