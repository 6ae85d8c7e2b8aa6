package io.millrace.jms.message;

import io.millrace.batch.RecordView;
import io.millrace.jms.wire.message.BodyFormatException;
import io.millrace.jms.wire.message.BodyType;
import io.millrace.jms.wire.message.MapBody;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.MessageFormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Named values. */
public final class MillraceMapMessage extends MillraceMessage implements MapMessage {
  private @Nullable Map<String, @Nullable Object> entries;

  public MillraceMapMessage() {
    entries = new LinkedHashMap<>();
  }

  MillraceMapMessage(Origin origin) {
    super(origin);
  }

  @Override
  public BodyType bodyType() {
    return BodyType.MAP;
  }

  @Override
  public ByteBuffer encodeBody() throws JMSException {
    return MapBody.encode(entries());
  }

  private Map<String, @Nullable Object> entries() throws JMSException {
    Map<String, @Nullable Object> decoded = entries;
    if (decoded == null) {
      RecordView record = record();
      ByteBuffer value = record == null ? null : record.value();
      decoded = value == null ? new LinkedHashMap<>() : decode(value);
      entries = decoded;
    }
    return decoded;
  }

  private static Map<String, @Nullable Object> decode(ByteBuffer value) throws JMSException {
    try {
      return MapBody.decode(value);
    } catch (BodyFormatException malformed) {
      throw BodyErrors.malformed(malformed);
    }
  }

  private @Nullable Object get(String name) throws JMSException {
    return entries().get(name);
  }

  private void put(String name, @Nullable Object value) throws JMSException {
    requireWritableBody();
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("a value needs a name");
    }
    entries().put(name, value);
  }

  @Override
  public boolean getBoolean(String name) throws JMSException {
    return Conversions.toBoolean(get(name));
  }

  @Override
  public byte getByte(String name) throws JMSException {
    return Conversions.toByte(get(name));
  }

  @Override
  public short getShort(String name) throws JMSException {
    return Conversions.toShort(get(name));
  }

  @Override
  public char getChar(String name) throws JMSException {
    return Conversions.toChar(get(name));
  }

  @Override
  public int getInt(String name) throws JMSException {
    return Conversions.toInt(get(name));
  }

  @Override
  public long getLong(String name) throws JMSException {
    return Conversions.toLong(get(name));
  }

  @Override
  public float getFloat(String name) throws JMSException {
    return Conversions.toFloat(get(name));
  }

  @Override
  public double getDouble(String name) throws JMSException {
    return Conversions.toDouble(get(name));
  }

  @Override
  public String getString(String name) throws JMSException {
    return nullable(Conversions.toText(get(name)));
  }

  @Override
  public byte[] getBytes(String name) throws JMSException {
    return nullable(Conversions.toBytes(get(name)));
  }

  @Override
  public Object getObject(String name) throws JMSException {
    Object value = get(name);
    return nullable(value instanceof byte[] bytes ? bytes.clone() : value);
  }

  @Override
  public Enumeration<String> getMapNames() throws JMSException {
    return Collections.enumeration(entries().keySet());
  }

  @Override
  public void setBoolean(String name, boolean value) throws JMSException {
    put(name, value);
  }

  @Override
  public void setByte(String name, byte value) throws JMSException {
    put(name, value);
  }

  @Override
  public void setShort(String name, short value) throws JMSException {
    put(name, value);
  }

  @Override
  public void setChar(String name, char value) throws JMSException {
    put(name, value);
  }

  @Override
  public void setInt(String name, int value) throws JMSException {
    put(name, value);
  }

  @Override
  public void setLong(String name, long value) throws JMSException {
    put(name, value);
  }

  @Override
  public void setFloat(String name, float value) throws JMSException {
    put(name, value);
  }

  @Override
  public void setDouble(String name, double value) throws JMSException {
    put(name, value);
  }

  @Override
  public void setString(String name, @Nullable String value) throws JMSException {
    put(name, value);
  }

  @Override
  public void setBytes(String name, byte @Nullable [] value) throws JMSException {
    put(name, value == null ? null : value.clone());
  }

  @Override
  public void setBytes(String name, byte[] value, int offset, int length) throws JMSException {
    put(name, Arrays.copyOfRange(value, offset, offset + length));
  }

  @Override
  public void setObject(String name, @Nullable Object value) throws JMSException {
    if (!BodyErrors.isPrimitive(value)) {
      throw new MessageFormatException("a map cannot hold a " + BodyErrors.className(value));
    }
    put(name, value instanceof byte[] bytes ? bytes.clone() : value);
  }

  @Override
  public boolean itemExists(String name) throws JMSException {
    return entries().containsKey(name);
  }

  @Override
  public void clearBody() throws JMSException {
    super.clearBody();
    entries = new LinkedHashMap<>();
  }

  @Override
  @Nullable Object bodyAs(Class<?> type) throws JMSException {
    return entries().isEmpty() ? null : new LinkedHashMap<>(entries());
  }

  @Override
  @SuppressWarnings({"rawtypes", "unchecked"}) // as the interface declares it
  public boolean isBodyAssignableTo(Class type) throws JMSException {
    return entries().isEmpty() || type.isAssignableFrom(Map.class);
  }
}
