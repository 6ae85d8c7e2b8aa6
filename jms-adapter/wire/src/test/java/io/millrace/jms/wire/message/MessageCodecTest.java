package io.millrace.jms.wire.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.batch.BatchBuilder;
import io.millrace.batch.HeaderBuffer;
import io.millrace.batch.HeaderView;
import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.batch.RecordView;
import io.millrace.jms.wire.Sidecar;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
  private final BatchBuilder batch = new BatchBuilder(256);
  private final Sidecar.Builder sidecar = new Sidecar.Builder();
  private final MessageEncoder encoder = new MessageEncoder();

  @Test
  void writesNothingButTheKindOfAMessageWithDefaults() {
    RecordView record = encode(BodyType.TEXT, new MessageHeaders(), "hello");

    assertThat(headersOf(record)).isEqualTo(Map.of("jms.body", "T"));
    assertThat(record.hasKey()).isFalse();
    assertThat(record.timestamp()).isEqualTo(1234);
    assertThat(MessageDecoder.text(record)).isEqualTo("hello");
    assertThat(Sidecar.isDefault(sidecar.build())).isTrue();
  }

  @Test
  void bringsBackAllFieldsAndProperties() {
    MessageHeaders sent = full();

    RecordView record = encode(BodyType.MAP, sent, null);
    MessageHeaders received = MessageDecoder.headers(record);

    assertThat(received).usingRecursiveComparison().isEqualTo(sent);
    assertThat(MessageDecoder.bodyType(record)).isEqualTo(BodyType.MAP);
    assertThat(record.hasValue()).isFalse();
  }

  @Test
  void writesHeadersThatAKafkaClientReadsAsText() {
    RecordView record = encode(BodyType.BYTES, full(), "x");

    assertThat(headersOf(record))
        .containsEntry("jms.ReplyTo", "queue:replies")
        .containsEntry("jms.Priority", "9")
        .containsEntry("jms.DeliveryMode", "NON_PERSISTENT")
        .containsEntry("jms.p.i.count", "-7")
        .containsEntry("jms.p.d.ratio", "0.1")
        .containsEntry("jms.p.S.nothing", null);
    assertThat(record.key()).isEqualTo(ByteBuffer.wrap("gruppe-ü".getBytes(UTF_8)));
  }

  @Test
  void readsForeignHeadersAsStringPropertiesWhereTheirNamesAllow() {
    HeaderBuffer foreign = new HeaderBuffer();
    foreign.add("traceparent".getBytes(UTF_8), "00-ab".getBytes(UTF_8));
    foreign.add("content-type".getBytes(UTF_8), "text".getBytes(UTF_8));
    foreign.add("like".getBytes(UTF_8), "reserved word".getBytes(UTF_8));
    foreign.add("binary".getBytes(UTF_8), new byte[] {(byte) 0xFF});
    foreign.add("none".getBytes(UTF_8), (byte[]) null);
    batch.append(5, ByteBuffer.wrap(new byte[] {(byte) 0xFE}), ByteBuffer.allocate(0), foreign);

    RecordView record = onlyRecord();

    assertThat(MessageDecoder.bodyType(record)).isNull();
    MessageHeaders headers = MessageDecoder.headers(record);
    assertThat(headers.properties()).isEqualTo(Map.of("traceparent", "00-ab"));
    assertThat(headers.groupId()).isNull();
  }

  @Test
  void readsWrongHeadersAsFarAsTheyMakeSense() {
    HeaderBuffer wrong = new HeaderBuffer();
    wrong.add("jms.body".getBytes(UTF_8), "?".getBytes(UTF_8));
    wrong.add("jms.Priority".getBytes(UTF_8), "11".getBytes(UTF_8));
    wrong.add("jms.Expiration".getBytes(UTF_8), "soon".getBytes(UTF_8));
    wrong.add("jms.DeliveryTime".getBytes(UTF_8), "-1".getBytes(UTF_8));
    wrong.add("jms.p.i.count".getBytes(UTF_8), "many".getBytes(UTF_8));
    wrong.add("jms.p.z.flag".getBytes(UTF_8), "yes".getBytes(UTF_8));
    wrong.add("jms.p.x.unknown".getBytes(UTF_8), "1".getBytes(UTF_8));
    wrong.add("jms.p.".getBytes(UTF_8), "1".getBytes(UTF_8));
    wrong.add("jms.Other".getBytes(UTF_8), "1".getBytes(UTF_8));
    batch.append(5, null, null, wrong);

    MessageHeaders headers = MessageDecoder.headers(onlyRecord());

    assertThat(MessageDecoder.bodyType(onlyRecord())).isNull();
    assertThat(headers.priority()).isEqualTo(4);
    assertThat(headers.expiration()).isZero();
    assertThat(headers.deliveryTime()).isZero();
    assertThat(headers.properties()).isEqualTo(Map.of("count", "many", "flag", "yes"));
  }

  @Test
  void readsRecordsThatWereTakenOutOfTheirBatch() {
    for (int i = 0; i < 3; i++) {
      batch.append(1000 + i, null, ByteBuffer.wrap(new byte[] {(byte) i}));
    }
    RecordIterator whole = new RecordIterator().over(new RecordBatchView().wrap(batch.build(), 0));
    List<ByteBuffer> slices = new ArrayList<>();
    while (whole.next()) {
      slices.add(whole.record().slice());
    }
    ByteBuffer records = ByteBuffer.allocate(100);
    records.put(slices.get(0)).put(slices.get(2)).flip();

    RecordIterator taken = new RecordIterator().over(500, 1000, false, 2, records);

    assertThat(taken.next()).isTrue();
    assertThat(taken.record().offset()).isEqualTo(500);
    assertThat(taken.next()).isTrue();
    assertThat(taken.record().offset()).isEqualTo(502);
    assertThat(taken.record().timestamp()).isEqualTo(1002);
    assertThat(taken.next()).isFalse();
    RecordIterator stamped = new RecordIterator().over(500, 7777, true, 2, records);
    assertThat(stamped.next()).isTrue();
    assertThat(stamped.record().timestamp()).isEqualTo(7777);
  }

  @Test
  void rebuildsTheSidecarFromTheRecords() {
    MessageHeaders urgent = new MessageHeaders();
    urgent.setPriority(9);
    MessageHeaders late = new MessageHeaders();
    late.setDeliveryTime(77);
    late.setExpiration(88);
    for (MessageHeaders headers : new MessageHeaders[] {new MessageHeaders(), urgent, late}) {
      encoder.prepare(BodyType.NONE, headers);
      encoder.append(batch, sidecar, 1, null);
    }
    batch.append(1, null, null);

    ByteBuffer rebuilt = SidecarRebuilder.rebuild(new RecordBatchView().wrap(batch.build(), 0));

    assertThat(rebuilt).isEqualTo(sidecar.build());
  }

  @Test
  void measuresABatchWithOneMoreMessage() {
    encoder.prepare(BodyType.TEXT, full());
    ByteBuffer body = ByteBuffer.allocate(1000);
    for (int i = 0; i < 20; i++) {
      long most = encoder.sizeWith(batch, body);
      encoder.append(batch, sidecar, 1_700_000_000_000L + i * 1000L, body);
      assertThat((long) batch.sizeInBytes()).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void refusesPropertiesOfOtherTypes() {
    MessageHeaders headers = new MessageHeaders();
    headers.setProperty("list", new Object());

    assertThatIllegalArgumentException().isThrownBy(() -> encoder.prepare(BodyType.NONE, headers));
  }

  @Test
  void namesARecordByItsPlace() {
    UUID topic = new UUID(0x0123456789ABCDEFL, 0xFEDCBA9876543210L);
    String text = new MessageId(topic, 3, 42).toString();

    assertThat(text).isEqualTo("ID:ASNFZ4mrze_-3LqYdlQyEA:3:42");
    assertThat(MessageId.parse(text)).isEqualTo(new MessageId(topic, 3, 42));
    for (String other :
        new String[] {"", "ID:", "ID:a:b:c", "ID:AAAA:1:2", "x:" + text, "ID:%:1:2"}) {
      assertThat(MessageId.parse(other)).as(other).isNull();
    }
  }

  @Test
  void namesDestinationsInText() {
    assertThat(DestinationName.parse("queue:a:b")).hasToString("queue:a:b");
    assertThat(DestinationName.parse("topic:t")).hasToString("topic:t");
    assertThat(DestinationName.parse("queue:")).isNull();
    assertThat(DestinationName.parse("a")).isNull();
  }

  private static MessageHeaders full() {
    MessageHeaders headers = new MessageHeaders();
    headers.setMessageId("ID:mine");
    headers.setCorrelationId("c-1");
    headers.setCorrelationIdBytes(new byte[] {0, (byte) 0xFF});
    headers.setReplyTo("queue:replies");
    headers.setType("order");
    headers.setGroupId("gruppe-ü");
    headers.setPriority(9);
    headers.setExpiration(2_000_000_000_000L);
    headers.setDeliveryTime(1_999_999_999_999L);
    headers.setPersistent(false);
    headers.setProperty("flag", true);
    headers.setProperty("tiny", (byte) -1);
    headers.setProperty("small", (short) 300);
    headers.setProperty("count", -7);
    headers.setProperty("total", Long.MIN_VALUE);
    headers.setProperty("part", Float.MIN_VALUE);
    headers.setProperty("ratio", 0.1);
    headers.setProperty("name", "ü€😀");
    headers.setProperty("nothing", null);
    return headers;
  }

  private RecordView encode(BodyType type, MessageHeaders headers, @Nullable String body) {
    encoder.prepare(type, headers);
    ByteBuffer value = body == null ? null : ByteBuffer.wrap(body.getBytes(UTF_8));
    encoder.append(batch, sidecar, 1234, value);
    return onlyRecord();
  }

  private RecordView onlyRecord() {
    RecordIterator records =
        new RecordIterator().over(new RecordBatchView().wrap(batch.build(), 0));
    assertThat(records.next()).isTrue();
    RecordView record = records.record().copy();
    assertThat(records.next()).isFalse();
    return record;
  }

  private static Map<String, @Nullable String> headersOf(RecordView record) {
    Map<String, @Nullable String> headers = new LinkedHashMap<>();
    HeaderView header = new HeaderView().over(record);
    while (header.next()) {
      ByteBuffer value = header.value();
      headers.put(header.key(), value == null ? null : UTF_8.decode(value).toString());
    }
    return headers;
  }
}
