package io.millrace.jms.message;

import io.millrace.jms.wire.message.MessageHeaders;
import io.millrace.jms.wire.message.PropertyNames;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message's properties as the application sees them: its own, and those that are kept elsewhere.
 */
final class Properties {
  static final String GROUP_ID = "JMSXGroupID";
  static final String DELIVERY_COUNT = "JMSXDeliveryCount";
  static final String REPLAYED = "JMS_Millrace_Replayed";

  private final MessageHeaders headers;
  private final int deliveryCount;
  private final boolean replayed;

  /** The properties of a message; {@code deliveryCount} is 0 for one that was not received. */
  Properties(MessageHeaders headers, int deliveryCount, boolean replayed) {
    this.headers = headers;
    this.deliveryCount = deliveryCount;
    this.replayed = replayed;
  }

  boolean exists(String name) {
    return names().contains(name);
  }

  @Nullable Object get(String name) {
    if (name == null) {
      throw new NullPointerException("a property's name is null");
    }
    return switch (name) {
      case GROUP_ID -> headers.groupId();
      case DELIVERY_COUNT ->
          deliveryCount == 0 ? headers.properties().get(name) : (Object) deliveryCount;
      case REPLAYED -> replayed ? (Object) true : headers.properties().get(name);
      default -> headers.properties().get(name);
    };
  }

  Set<String> names() {
    Set<String> names = new LinkedHashSet<>(headers.properties().keySet());
    if (headers.groupId() != null) {
      names.add(GROUP_ID);
    }
    if (deliveryCount > 0) {
      names.add(DELIVERY_COUNT);
    }
    if (replayed) {
      names.add(REPLAYED);
    }
    return names;
  }

  void set(String name, @Nullable Object value) throws JMSException {
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException("a property needs a name");
    }
    if (!PropertyNames.isValid(name)) {
      throw new IllegalArgumentException("'" + name + "' cannot be the name of a property");
    }
    if (value != null
        && !(value instanceof Boolean
            || value instanceof Byte
            || value instanceof Short
            || value instanceof Integer
            || value instanceof Long
            || value instanceof Float
            || value instanceof Double
            || value instanceof String)) {
      throw new MessageFormatException("a property cannot be a " + value.getClass().getName());
    }
    if (!name.equals(GROUP_ID)) {
      headers.setProperty(name, value);
    } else if (value == null || value instanceof String) {
      headers.setGroupId((String) value);
    } else {
      throw new MessageFormatException(GROUP_ID + " is a String");
    }
  }
}
