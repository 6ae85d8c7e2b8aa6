package io.millrace.it.differential;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.jspecify.annotations.Nullable;

/** Makes requests of their fields, in lenient JSON: what a version does not have is left out. */
final class RequestBuilder {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .build();

  private RequestBuilder() {}

  static ApiMessage build(ApiKeys api, short version, String fields) {
    try {
      ApiMessage request = api.messageType.newRequest();
      fill(request, JSON.readTree(fields), version);
      return request;
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalArgumentException(api + " of version " + version + ": " + fields, e);
    }
  }

  private static void fill(Object message, JsonNode fields, short version)
      throws ReflectiveOperationException {
    Schema schema = schema(message.getClass(), version);
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      Method setter = setter(message.getClass(), field.getKey());
      if (schema != null && has(schema, field.getKey())) {
        Type type = setter.getGenericParameterTypes()[0];
        setter.invoke(message, value(type, field.getValue(), version));
      }
    }
  }

  private static @Nullable Schema schema(Class<?> type, short version)
      throws ReflectiveOperationException {
    Schema[] schemas = (Schema[]) Objects.requireNonNull(type.getField("SCHEMAS").get(null));
    return version < schemas.length ? schemas[version] : null;
  }

  private static boolean has(Schema schema, String name) {
    for (BoundField field : schema.fields()) {
      if (is(field.def.name, name)) {
        return true;
      }
      if (field.def.type instanceof TaggedFields tagged
          && tagged.fields().values().stream().anyMatch(each -> is(each.name, name))) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(String schemaName, String name) {
    return schemaName.replace("_", "").equalsIgnoreCase(name);
  }

  private static Method setter(Class<?> type, String name) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equalsIgnoreCase("set" + name))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException(type + " has no field " + name));
  }

  private static @Nullable Object value(Type type, JsonNode node, short version)
      throws ReflectiveOperationException {
    if (node.isNull()) {
      return null;
    }
    if (type instanceof ParameterizedType list) {
      List<Object> values = new ArrayList<>();
      for (JsonNode each : node) {
        values.add(Objects.requireNonNull(value(list.getActualTypeArguments()[0], each, version)));
      }
      return values;
    }
    Class<?> raw = (Class<?>) type;
    if (Collection.class.isAssignableFrom(raw)) {
      return collection(raw, node, version);
    }
    return scalar(raw, node, version);
  }

  /** One of the generated collections, whose elements are of the class that it is named after. */
  @SuppressWarnings("unchecked")
  private static Object collection(Class<?> type, JsonNode node, short version)
      throws ReflectiveOperationException {
    Collection<Object> all = (Collection<Object>) type.getConstructor().newInstance();
    Type element = ((ParameterizedType) type.getGenericSuperclass()).getActualTypeArguments()[0];
    for (JsonNode each : node) {
      all.add(Objects.requireNonNull(value(element, each, version)));
    }
    return all;
  }

  private static Object scalar(Class<?> type, JsonNode node, short version)
      throws ReflectiveOperationException {
    if (type == boolean.class) {
      return node.booleanValue();
    } else if (type == byte.class || type == Byte.class) {
      return (byte) node.intValue();
    } else if (type == short.class || type == Short.class) {
      return (short) node.intValue();
    } else if (type == int.class || type == Integer.class) {
      return node.intValue();
    } else if (type == long.class || type == Long.class) {
      return node.longValue();
    } else if (type == double.class) {
      return node.doubleValue();
    } else if (type == String.class) {
      return node.asText();
    } else if (type == Uuid.class) {
      return node.asText().isEmpty() ? Uuid.ZERO_UUID : Uuid.fromString(node.asText());
    } else if (type == byte[].class) {
      return bytes(node.asText());
    } else if (type == BaseRecords.class) {
      return BatchBuilder.records(node);
    }
    Object message = type.getConstructor().newInstance();
    fill(message, node, version);
    return message;
  }

  /** {@code consumer:topic}, {@code assigned:topic-0}, {@code hex:00ff}, or a text. */
  private static byte[] bytes(String text) {
    if (text.startsWith("consumer:")) {
      List<String> topics = List.of(text.substring("consumer:".length()).split(","));
      return array(
          ConsumerProtocol.serializeSubscription(
              new ConsumerPartitionAssignor.Subscription(topics)));
    } else if (text.startsWith("assigned:")) {
      int dash = text.lastIndexOf('-');
      TopicPartition partition =
          new TopicPartition(
              text.substring("assigned:".length(), dash),
              Integer.parseInt(text.substring(dash + 1)));
      return array(
          ConsumerProtocol.serializeAssignment(
              new ConsumerPartitionAssignor.Assignment(List.of(partition))));
    } else if (text.startsWith("hex:")) {
      return HexFormat.of().parseHex(text.substring("hex:".length()));
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] array(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
