package io.millrace.server.door.admin.model;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to be sent. At most one of {@code text} and {@code base64} is given; neither makes a
 * message without a body.
 *
 * @param kind jms (the default) or record
 * @param text a text body
 * @param base64 a body of bytes
 * @param key the record's key; for JMS the message group (JMSXGroupID)
 * @param properties typed properties; of a record they are not allowed
 * @param headers plain record headers; of a JMS message they are not allowed
 * @param partition where to; missing lets the key, or chance, decide
 */
public record SendMessage(
    @Pattern(regexp = "jms|record", message = "must be jms or record") @Nullable String kind,
    @Nullable String text,
    @Nullable String base64,
    @Size(max = 10_000, message = "must be at most 10000 characters") @Nullable String key,
    @Size(max = 1000, message = "must be at most 1000 characters") @Nullable String correlationId,
    @Size(max = 1000, message = "must be at most 1000 characters") @Nullable String type,
    @Pattern(
            regexp = "(queue|topic):[A-Za-z0-9._-]{1,249}",
            message = "must be queue:NAME or topic:NAME")
        @Nullable String replyTo,
    @Min(value = 0, message = "must be 0 to 9") @Max(value = 9, message = "must be 0 to 9")
        @Nullable Integer priority,
    @Valid @Size(max = 200, message = "must hold at most 200 properties")
        @Nullable List<Property> properties,
    @Valid @Size(max = 200, message = "must hold at most 200 headers")
        @Nullable List<Header> headers,
    @Min(value = 0, message = "must be 0 or more") @Nullable Integer partition) {

  @AssertTrue(message = "give text or base64, not both")
  boolean isOneBody() {
    return text == null || base64 == null;
  }

  @AssertTrue(message = "properties, correlationId, type, replyTo and priority need kind jms")
  boolean isPlainWhereRecord() {
    return !"record".equals(kind)
        || ((properties == null || properties.isEmpty())
            && correlationId == null
            && type == null
            && replyTo == null
            && priority == null);
  }

  @AssertTrue(message = "headers need kind record; a JMS message has properties")
  boolean isWithoutHeadersWhereJms() {
    return "record".equals(kind) || headers == null || headers.isEmpty();
  }
}
