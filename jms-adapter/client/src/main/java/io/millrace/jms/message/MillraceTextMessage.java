package io.millrace.jms.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.batch.RecordView;
import io.millrace.jms.wire.message.BodyType;
import io.millrace.jms.wire.message.MessageDecoder;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Text; in the record its UTF-8. */
public final class MillraceTextMessage extends MillraceMessage implements TextMessage {
  private @Nullable String text;
  private boolean loaded = true;

  public MillraceTextMessage() {}

  MillraceTextMessage(Origin origin) {
    super(origin);
    loaded = false;
  }

  @Override
  public BodyType bodyType() {
    return BodyType.TEXT;
  }

  @Override
  public @Nullable ByteBuffer encodeBody() {
    loadBody();
    return text == null ? null : ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private void loadBody() {
    RecordView record = record();
    if (!loaded && record != null) {
      text = MessageDecoder.text(record);
    }
    loaded = true;
  }

  @Override
  public void setText(@Nullable String text) throws JMSException {
    requireWritableBody();
    this.text = text;
    loaded = true;
  }

  @Override
  public String getText() {
    loadBody();
    return nullable(text);
  }

  @Override
  public void clearBody() throws JMSException {
    super.clearBody();
    text = null;
    loaded = true;
  }

  @Override
  @Nullable Object bodyAs(Class<?> type) {
    return getText();
  }

  @Override
  @SuppressWarnings({"rawtypes", "unchecked"}) // as the interface declares it
  public boolean isBodyAssignableTo(Class type) {
    loadBody();
    return text == null || type.isAssignableFrom(String.class);
  }
}
