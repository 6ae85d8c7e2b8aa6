package io.millrace.server.door.admin.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.batch.HeaderView;
import io.millrace.batch.RecordView;
import io.millrace.jms.wire.message.BodyFormatException;
import io.millrace.jms.wire.message.BodyType;
import io.millrace.jms.wire.message.MapBody;
import io.millrace.jms.wire.message.MessageDecoder;
import io.millrace.jms.wire.message.MessageHeaders;
import io.millrace.jms.wire.message.MessageId;
import io.millrace.jms.wire.message.RecordHeader;
import io.millrace.jms.wire.message.StreamBody;
import io.millrace.server.door.admin.model.Body;
import io.millrace.server.door.admin.model.Header;
import io.millrace.server.door.admin.model.JmsFields;
import io.millrace.server.door.admin.model.Message;
import io.millrace.server.door.admin.model.Property;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes messages to look at from stored records. Stateless. */
final class StoredMessages {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MAX_KEY_BYTES = 1024;
  private static final int MAX_HEADER_BYTES = 4096;

  private StoredMessages() {}

  /**
   * @param bodyLimit how many bytes of the body are shown at most
   * @throws io.millrace.batch.InvalidBatchException when the record is malformed
   */
  static Message message(UUID topicId, int partition, RecordView record, int bodyLimit) {
    BodyType type = MessageDecoder.bodyType(record);
    ByteBuffer key = record.key();
    MessageHeaders fields = type == null ? null : MessageDecoder.headers(record);
    MessageId place = new MessageId(topicId, partition, record.offset());
    return new Message(
        partition,
        record.offset(),
        record.timestamp(),
        type == null ? "record" : "jms",
        Math.max(0, record.keySize()) + Math.max(0, record.valueSize()),
        key == null ? null : Bodies.of(key, MAX_KEY_BYTES),
        body(type, record.value(), bodyLimit),
        type == null || fields == null ? null : fields(type, fields, place),
        fields == null ? List.of() : properties(record, fields),
        headers(record, type != null));
  }

  private static @Nullable Body body(
      @Nullable BodyType type, @Nullable ByteBuffer value, int limit) {
    if (value == null) {
      return null;
    }
    if (type == BodyType.MAP || type == BodyType.STREAM) {
      String json = typedValues(type, value);
      if (json != null) {
        Body shown = Bodies.of(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), limit);
        return new Body(
            "json", shown.encoding(), shown.data(), value.remaining(), shown.truncated());
      }
    }
    return Bodies.of(value, limit);
  }

  /** The entries as JSON; null where the bytes are not what the header says. */
  private static @Nullable String typedValues(BodyType type, ByteBuffer value) {
    try {
      return MAPPER.writeValueAsString(
          type == BodyType.MAP ? MapBody.decode(value) : StreamBody.decode(value));
    } catch (BodyFormatException | JsonProcessingException notReadable) {
      return null;
    }
  }

  private static JmsFields fields(BodyType type, MessageHeaders fields, MessageId place) {
    String id = fields.messageId();
    byte[] correlation = fields.correlationIdBytes();
    return new JmsFields(
        type.name().toLowerCase(Locale.ROOT),
        id == null ? place.toString() : id,
        correlation == null ? fields.correlationId() : "0x" + HexFormat.of().formatHex(correlation),
        fields.replyTo(),
        fields.type(),
        fields.priority(),
        fields.isPersistent() ? "persistent" : "non-persistent",
        fields.expiration() == 0 ? null : fields.expiration(),
        fields.deliveryTime() == 0 ? null : fields.deliveryTime());
  }

  /** The typed properties; those that only follow from plain headers are shown as headers. */
  private static List<Property> properties(RecordView record, MessageHeaders fields) {
    List<String> plain = new ArrayList<>();
    HeaderView header = new HeaderView().over(record);
    while (header.next()) {
      plain.add(header.key());
    }
    List<Property> properties = new ArrayList<>();
    fields
        .properties()
        .forEach(
            (name, value) -> {
              if (!plain.contains(name)) {
                properties.add(
                    new Property(name, type(value), value == null ? "" : value.toString()));
              }
            });
    return properties;
  }

  private static String type(@Nullable Object value) {
    if (value == null) {
      return "string";
    }
    return value instanceof Integer
        ? "int"
        : value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static List<Header> headers(RecordView record, boolean jms) {
    List<Header> headers = new ArrayList<>();
    HeaderView header = new HeaderView().over(record);
    while (header.next()) {
      String name = header.key();
      if (!jms || !name.startsWith(RecordHeader.PREFIX)) {
        headers.add(header(name, header.value()));
      }
    }
    return headers;
  }

  private static Header header(String name, @Nullable ByteBuffer value) {
    if (value == null) {
      return new Header(name, null, false);
    }
    ByteBuffer shown = value.slice(value.position(), Math.min(value.remaining(), MAX_HEADER_BYTES));
    String text = Bodies.text(shown, shown.remaining() < value.remaining());
    if (text != null) {
      return new Header(name, text, false);
    }
    byte[] bytes = new byte[shown.remaining()];
    shown.get(bytes);
    return new Header(name, Base64.getEncoder().encodeToString(bytes), true);
  }
}
