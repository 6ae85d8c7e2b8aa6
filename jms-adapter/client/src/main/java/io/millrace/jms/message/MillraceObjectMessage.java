package io.millrace.jms.message;

import io.millrace.batch.RecordView;
import io.millrace.jms.wire.message.BodyType;
import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A serialised object. It is serialised when it is set, and read on every {@link #getObject}, so it
 * is a copy each time.
 */
public final class MillraceObjectMessage extends MillraceMessage implements ObjectMessage {
  private final TrustedClasses trusted;
  private byte @Nullable [] serialised;

  public MillraceObjectMessage(TrustedClasses trusted) {
    this.trusted = trusted;
  }

  MillraceObjectMessage(Origin origin, TrustedClasses trusted) {
    super(origin);
    this.trusted = trusted;
    RecordView record = origin.record();
    ByteBuffer value = record.value();
    if (value != null && value.hasRemaining()) {
      serialised = new byte[value.remaining()];
      value.get(serialised);
    }
  }

  @Override
  public BodyType bodyType() {
    return BodyType.OBJECT;
  }

  @Override
  public @Nullable ByteBuffer encodeBody() {
    return serialised == null ? null : ByteBuffer.wrap(serialised);
  }

  @Override
  public void setObject(@Nullable Serializable object) throws JMSException {
    requireWritableBody();
    if (object == null) {
      serialised = null;
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException failed) {
      throw formatError("the object cannot be serialised", failed);
    }
    serialised = bytes.toByteArray();
  }

  /**
   * Reads the object.
   *
   * @throws MessageFormatException if it contains a class that is not trusted, or cannot be read
   */
  @Override
  public Serializable getObject() throws JMSException {
    byte[] bytes = serialised;
    if (bytes == null) {
      return nullable((Serializable) null);
    }
    if (isBodyReadOnly() && trusted.isEmpty()) {
      throw new MessageFormatException(
          "no class is trusted: name those that may be read in the option trustedClasses");
    }
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (ObjectInputStream in = new LoadingStream(bytes, loader)) {
      if (isBodyReadOnly()) {
        in.setObjectInputFilter(trusted.filter());
      }
      return (Serializable) in.readObject();
    } catch (IOException | ClassNotFoundException failed) {
      throw formatError(
          "the object cannot be read (the option trustedClasses says what may be)", failed);
    }
  }

  private static MessageFormatException formatError(String what, Exception cause) {
    MessageFormatException failure = new MessageFormatException(what + ": " + cause.getMessage());
    failure.initCause(cause);
    failure.setLinkedException(cause);
    return failure;
  }

  @Override
  public void clearBody() throws JMSException {
    super.clearBody();
    serialised = null;
  }

  @Override
  @Nullable Object bodyAs(Class<?> type) throws JMSException {
    return getObject();
  }

  @Override
  @SuppressWarnings({"rawtypes", "unchecked"}) // as the interface declares it
  public boolean isBodyAssignableTo(Class type) throws JMSException {
    Serializable object = getObject();
    return object == null || type.isInstance(object);
  }

  /** Finds classes as the application does. */
  private static final class LoadingStream extends ObjectInputStream {
    private final @Nullable ClassLoader loader;

    LoadingStream(byte[] bytes, @Nullable ClassLoader loader) throws IOException {
      super(new ByteArrayInputStream(bytes));
      this.loader = loader;
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass described)
        throws IOException, ClassNotFoundException {
      if (loader != null) {
        try {
          return Class.forName(described.getName(), false, loader);
        } catch (ClassNotFoundException notThere) {
          return super.resolveClass(described);
        }
      }
      return super.resolveClass(described);
    }
  }
}
