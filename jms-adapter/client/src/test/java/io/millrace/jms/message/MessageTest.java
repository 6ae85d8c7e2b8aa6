package io.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.jms.destination.MillraceQueue;
import io.millrace.jms.wire.BodyDefault;
import io.millrace.jms.wire.Sidecar;
import io.millrace.jms.wire.message.MessageEncoder;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** States, conversions and bodies by the tables of Jakarta Messaging 3.1 (3.5.4, 3.11.3). */
class MessageTest {
  private static final List<Object> VALUES =
      List.of(true, (byte) 1, (short) 2, 3, 4L, 5.0f, 6.0, "7");

  /**
   * For each getter, which of the types of {@link #VALUES} it reads: the table of 3.5.4, a string
   * counts where it parses.
   */
  private static final Map<String, String> READS =
      Map.of(
          "boolean", "Boolean String",
          "byte", "Byte String",
          "short", "Byte Short String",
          "int", "Byte Short Integer String",
          "long", "Byte Short Integer Long String",
          "float", "Float String",
          "double", "Float Double String",
          "String", "Boolean Byte Short Integer Long Float Double String");

  @Test
  void convertsPropertiesByTheTable() throws JMSException {
    for (Object value : VALUES) {
      Message message = new MillraceMessage();
      message.setObjectProperty("p", value);
      READS.forEach(
          (getter, types) -> {
            boolean allowed = List.of(types.split(" ")).contains(value.getClass().getSimpleName());
            Throwing get = () -> get(message, getter);
            if (allowed) {
              assertThat(succeeds(get)).as("%s as %s", value.getClass(), getter).isTrue();
            } else {
              assertThatThrownBy(get::run)
                  .as("%s as %s", value.getClass(), getter)
                  .isInstanceOf(MessageFormatException.class);
            }
          });
    }
  }

  @Test
  void readsAMissingPropertyAsNull() throws JMSException {
    Message message = new MillraceMessage();
    assertThat(message.getStringProperty("none")).isNull();
    assertThat(message.getObjectProperty("none")).isNull();
    assertThat(message.getBooleanProperty("none")).isFalse();
    assertThatThrownBy(() -> message.getIntProperty("none"))
        .isInstanceOf(NumberFormatException.class);
    assertThatNullPointerException().isThrownBy(() -> message.getDoubleProperty("none"));
  }

  @Test
  void refusesNamesAndValuesThatNoPropertyCanHave() {
    Message message = new MillraceMessage();
    for (String name : new String[] {"", "a b", "1a", "NOT", "between", "a-b"}) {
      assertThatIllegalArgumentException()
          .as(name)
          .isThrownBy(() -> message.setIntProperty(name, 1));
    }
    assertThatThrownBy(() -> message.setObjectProperty("p", new BigDecimal(1)))
        .isInstanceOf(MessageFormatException.class);
  }

  @Test
  void aReceivedMessageIsReadOnlyUntilCleared() throws JMSException {
    MillraceTextMessage sent = new MillraceTextMessage();
    sent.setText("before");
    sent.setStringProperty("p", "1");

    TextMessage received = (TextMessage) roundTrip(sent);

    assertThat(received.getText()).isEqualTo("before");
    assertThatThrownBy(() -> received.setText("x"))
        .isInstanceOf(MessageNotWriteableException.class);
    assertThatThrownBy(() -> received.setStringProperty("p", "x"))
        .isInstanceOf(MessageNotWriteableException.class);
    received.clearBody();
    assertThat(received.getText()).isNull();
    received.setText("behind");
    assertThat(received.getStringProperty("p")).isEqualTo("1");
    received.clearProperties();
    assertThat(received.propertyExists("p")).isFalse();
    received.setStringProperty("p", "2");
    assertThat(received.getText()).isEqualTo("behind");
  }

  @Test
  void writesBytesAndReadsThemBack() throws JMSException {
    MillraceBytesMessage sent = new MillraceBytesMessage();
    sent.writeBoolean(true);
    sent.writeByte((byte) -2);
    sent.writeShort((short) -3);
    sent.writeChar('ü');
    sent.writeInt(-4);
    sent.writeLong(-5);
    sent.writeFloat(6.5f);
    sent.writeDouble(-7.25);
    sent.writeUTF("ü€😀\0");
    sent.writeBytes(new byte[] {1, 2, 3, 4}, 1, 2);
    sent.writeObject((short) 9);
    assertThatThrownBy(sent::readByte).isInstanceOf(MessageNotReadableException.class);
    assertThatThrownBy(sent::getBodyLength).isInstanceOf(MessageNotReadableException.class);

    MillraceBytesMessage got = (MillraceBytesMessage) roundTrip(sent);

    for (int round = 0; round < 2; round++) {
      assertThat(got.readBoolean()).isTrue();
      assertThat(got.readUnsignedByte()).isEqualTo(254);
      assertThat(got.readUnsignedShort()).isEqualTo(65_533);
      assertThat(got.readChar()).isEqualTo('ü');
      assertThat(got.readInt()).isEqualTo(-4);
      assertThat(got.readLong()).isEqualTo(-5);
      assertThat(got.readFloat()).isEqualTo(6.5f);
      assertThat(got.readDouble()).isEqualTo(-7.25);
      assertThat(got.readUTF()).isEqualTo("ü€😀\0");
      byte[] rest = new byte[10];
      assertThat(got.readBytes(rest)).isEqualTo(4);
      assertThat(rest).startsWith(2, 3, 0, 9);
      assertThat(got.readBytes(rest)).isEqualTo(-1);
      assertThatThrownBy(got::readByte).isInstanceOf(MessageEOFException.class);
      got.reset();
    }
    assertThat(got.getBodyLength()).isEqualTo(got.getBody(byte[].class).length);
    assertThatThrownBy(() -> got.writeByte((byte) 1))
        .isInstanceOf(MessageNotWriteableException.class);
  }

  @Test
  void readsAStreamValueByValueAndStaysWhereAConversionFails() throws JMSException {
    MillraceStreamMessage sent = new MillraceStreamMessage();
    sent.writeString("no number");
    sent.writeInt(5);
    sent.writeBytes(new byte[] {1, 2, 3});
    sent.writeString(null);

    MillraceStreamMessage got = (MillraceStreamMessage) roundTrip(sent);

    assertThatThrownBy(got::readInt).isInstanceOf(NumberFormatException.class);
    assertThat(got.readString()).isEqualTo("no number");
    assertThatThrownBy(got::readByte).isInstanceOf(MessageFormatException.class);
    assertThat(got.readLong()).isEqualTo(5);
    byte[] part = new byte[2];
    assertThat(got.readBytes(part)).isEqualTo(2);
    assertThatThrownBy(got::readString).isInstanceOf(MessageFormatException.class);
    assertThat(got.readBytes(part)).isEqualTo(1);
    assertThat(part[0]).isEqualTo((byte) 3);
    assertThat(got.readString()).isNull();
    assertThatThrownBy(got::readString).isInstanceOf(MessageEOFException.class);
  }

  @Test
  void readsABytesFieldInPartsOfItsExactSize() throws JMSException {
    MillraceStreamMessage stream = new MillraceStreamMessage();
    stream.writeBytes(new byte[] {1, 2});
    stream.writeInt(1);
    stream.reset();
    byte[] part = new byte[2];

    assertThat(stream.readBytes(part)).isEqualTo(2);
    assertThat(stream.readBytes(part)).isEqualTo(-1);
    assertThat(stream.readInt()).isEqualTo(1);
  }

  @Test
  void keepsMapsInOrderWithTheirTypes() throws JMSException {
    MillraceMapMessage sent = new MillraceMapMessage();
    sent.setChar("c", 'x');
    sent.setBytes("b", new byte[] {1});
    sent.setString("s", "12");
    sent.setObject("n", null);

    MillraceMapMessage got = (MillraceMapMessage) roundTrip(sent);

    assertThat(got.getChar("c")).isEqualTo('x');
    assertThat(got.getString("c")).isEqualTo("x");
    assertThat(got.getBytes("b")).isEqualTo(new byte[] {1});
    assertThat(got.getInt("s")).isEqualTo(12);
    assertThat(got.getObject("n")).isNull();
    assertThat(got.itemExists("n")).isTrue();
    assertThatThrownBy(() -> got.getInt("c")).isInstanceOf(MessageFormatException.class);
    assertThatThrownBy(() -> got.getString("b")).isInstanceOf(MessageFormatException.class);
    assertThatThrownBy(() -> got.setInt("i", 1)).isInstanceOf(MessageNotWriteableException.class);
    assertThat((Map<?, ?>) got.getBody(Map.class)).hasSize(4);
    assertThatIllegalArgumentException().isThrownBy(() -> new MillraceMapMessage().setInt("", 1));
  }

  @Test
  void readsObjectsOnlyOfTrustedClasses() throws JMSException {
    MillraceObjectMessage sent = new MillraceObjectMessage(TrustedClasses.parse(""));
    sent.setObject(new ArrayList<>(List.of("a", 1)));
    assertThat(sent.getObject()).isEqualTo(List.of("a", 1));

    assertThatThrownBy(() -> object(sent, "")).isInstanceOf(MessageFormatException.class);
    assertThatThrownBy(() -> object(sent, "com.acme.*, java.util.HashMap"))
        .isInstanceOf(MessageFormatException.class);
    assertThat(object(sent, "java.util.*")).isEqualTo(List.of("a", 1));
    assertThat(object(sent, "java.util.ArrayList")).isEqualTo(List.of("a", 1));
    assertThat(object(sent, "*")).isEqualTo(List.of("a", 1));
  }

  @Test
  void saysAsWhatABodyCanBeRead() throws JMSException {
    MillraceTextMessage text = new MillraceTextMessage();
    assertThat(text.isBodyAssignableTo(Integer.class)).isTrue();
    assertThat(text.getBody(Integer.class)).isNull();
    text.setText("t");
    assertThat(text.isBodyAssignableTo(CharSequence.class)).isTrue();
    assertThat(text.getBody(String.class)).isEqualTo("t");
    assertThatThrownBy(() -> text.getBody(Integer.class))
        .isInstanceOf(MessageFormatException.class);
    assertThat(new MillraceStreamMessage().isBodyAssignableTo(Object.class)).isFalse();
    assertThat(new MillraceMessage().getBody(String.class)).isNull();
  }

  @Test
  void readsAPlainRecordAsTheTopicSays() throws JMSException {
    BatchBuilder batch = new BatchBuilder(64);
    batch.append(5, null, java.nio.ByteBuffer.wrap(new byte[] {'h', 'i'}));
    RecordIterator records =
        new RecordIterator().over(new RecordBatchView().wrap(batch.build(), 0));
    assertThat(records.next()).isTrue();
    Origin origin =
        new Origin(
            records.record(), new MillraceQueue("q"), offset -> "ID:" + offset, 1, false, null);
    TrustedClasses nothing = TrustedClasses.parse("");

    Message bytes = Messages.received(origin, BodyDefault.BYTES, nothing);
    Message text = Messages.received(origin, BodyDefault.TEXT, nothing);

    assertThat(bytes.getBody(byte[].class)).isEqualTo(new byte[] {'h', 'i'});
    assertThat(text.getBody(String.class)).isEqualTo("hi");
    assertThat(bytes.getJMSTimestamp()).isEqualTo(5);
    assertThat(bytes.getJMSMessageID()).isEqualTo("ID:0");
  }

  @Test
  void carriesCorrelationIdsAsTextAndAsBytes() throws JMSException {
    MillraceMessage sent = new MillraceMessage();
    sent.setJMSCorrelationIDAsBytes(new byte[] {1, (byte) 0xFF});
    assertThat(roundTrip(sent).getJMSCorrelationIDAsBytes()).isEqualTo(new byte[] {1, (byte) 0xFF});
    sent.setJMSCorrelationID("text");
    assertThat(roundTrip(sent).getJMSCorrelationID()).isEqualTo("text");
    assertThat(roundTrip(sent).getJMSCorrelationIDAsBytes())
        .isEqualTo(new byte[] {'t', 'e', 'x', 't'});
  }

  private interface Throwing {
    void run() throws Throwable;
  }

  private static boolean succeeds(Throwing get) {
    try {
      get.run();
      return true;
    } catch (Throwable failed) {
      throw new AssertionError(failed);
    }
  }

  private static Object get(Message message, String getter) throws JMSException {
    return switch (getter) {
      case "boolean" -> message.getBooleanProperty("p");
      case "byte" -> message.getByteProperty("p");
      case "short" -> message.getShortProperty("p");
      case "int" -> message.getIntProperty("p");
      case "long" -> message.getLongProperty("p");
      case "float" -> message.getFloatProperty("p");
      case "double" -> message.getDoubleProperty("p");
      default -> message.getStringProperty("p");
    };
  }

  private static Serializable object(MillraceObjectMessage sent, String trusted)
      throws JMSException {
    return ((MillraceObjectMessage) roundTrip(sent, TrustedClasses.parse(trusted))).getObject();
  }

  private static Message roundTrip(MillraceMessage message) throws JMSException {
    return roundTrip(message, TrustedClasses.parse(""));
  }

  /** Through a record, as sending and receiving do. */
  private static Message roundTrip(MillraceMessage message, TrustedClasses trusted)
      throws JMSException {
    BatchBuilder batch = new BatchBuilder(64);
    MessageEncoder encoder = new MessageEncoder();
    encoder.prepare(message.bodyType(), message.headers());
    encoder.append(batch, new Sidecar.Builder(), 1234, message.encodeBody());
    RecordIterator records =
        new RecordIterator().over(new RecordBatchView().wrap(batch.build(), 0));
    assertThat(records.next()).isTrue();
    Origin origin =
        new Origin(records.record().copy(), new MillraceQueue("q"), o -> "ID:" + o, 1, false, null);
    return Messages.received(origin, BodyDefault.BYTES, trusted);
  }
}
