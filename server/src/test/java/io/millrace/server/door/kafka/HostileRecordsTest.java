package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.kernel.Failures;
import io.millrace.server.testing.WrongBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that are not what they should be, and acknowledgements that do not exist, are refused
 * with the protocol's error; the log and the metrics say so, and a client at work meanwhile notices
 * nothing.
 */
@Timeout(60)
final class HostileRecordsTest {
  private static final short VERSION = 9;
  private static final short PRODUCE_BY_ID_VERSION = 13;
  private static final short LIST_OFFSETS_VERSION = 6;
  private static final int LENGTH_AT = 8;
  private static final int CRC_AT = 17;
  private static final int COUNT_AT = 57;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private WatchedDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new WatchedDoor(directory);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void refusesRecordsWithAWrongChecksum() throws Exception {
    ByteBuffer records = WatchedDoor.records("v");
    int last = records.limit() - 1;
    records.put(last, (byte) (records.get(last) + 1));

    var answer = produce(records);
    assertThat(answer.errorCode()).isEqualTo(Errors.CORRUPT_MESSAGE.code());
    logNames(answer);
    assertThat(server.errors(ApiKeys.PRODUCE, Errors.CORRUPT_MESSAGE)).isEqualTo(1);
  }

  @Test
  void theLogNamesTopicsWhoseClientsSayIdsOnly() throws Exception {
    assertThat(produce(WatchedDoor.records("v")).errorCode()).isZero();
    UUID id = server.broker().catalog().get("t").id();
    ProduceRequestData byId = KafkaRequests.produce("", KafkaRequests.records(new byte[2 << 20]));
    byId.topicData()
        .iterator()
        .next()
        .setTopicId(new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits()));
    try (RawClient client = server.introducedClient()) {
      client.send(KafkaRequests.frame(ApiKeys.PRODUCE, PRODUCE_BY_ID_VERSION, 1, byId));
      client.receive(1, (short) 1);
    }
    assertThat(server.warnings())
        .singleElement()
        .asString()
        .contains("was refused Produce: MESSAGE_TOO_LARGE: t-0: ");
  }

  @Test
  void refusesRecordsThatAreNoRecords() throws Exception {
    isInvalid(produce(ByteBuffer.allocate(0)), 1);
    isInvalid(produce(ByteBuffer.wrap(new byte[] {1, 2, 3})), 2);
  }

  @Test
  void refusesRecordsThatAreLargerThanTheTopicTakes() throws Exception {
    var answer = produce(KafkaRequests.records(new byte[2 << 20]).buffer());

    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.MESSAGE_TOO_LARGE);
    logNames(answer);
    assertThat(server.errors(ApiKeys.PRODUCE, Errors.MESSAGE_TOO_LARGE)).isEqualTo(1);
    assertThat(endOf("t")).isZero();
    server.takesNoMemory();
  }

  @Test
  void refusesRecordsOfAnImpossibleLength() throws Exception {
    long failures = Failures.count();

    var answer = produce(ByteBuffer.allocate(100));
    assertThat(answer.errorCode()).isEqualTo(Errors.INVALID_RECORD.code());
    logNames(answer);
    assertThat(Failures.count()).as("failures of the server").isEqualTo(failures);
  }

  /** Acknowledged, they would be lost to JMS consumers, and stop those of Kafka. */
  @Test
  void refusesRecordsThatAreFewerThanTheBatchSays() throws Exception {
    long failures = Failures.count();
    int refused = 0;
    for (CompressionType codec : CompressionType.values()) {
      isInvalid(
          produce(WrongBatches.of(codec, 1000, WrongBatches.recordAndZeros(8000))), ++refused);
    }
    assertThat(Failures.count()).as("failures of the server").isEqualTo(failures);
  }

  /** A few kilobytes that would take gigabytes to lay out. */
  @Test
  void refusesRecordsThatTakeMuchMoreMemoryThanBytes() throws Exception {
    int claimed = (int) (Runtime.getRuntime().maxMemory() / 16) - 1000;
    ByteBuffer batch =
        WrongBatches.of(CompressionType.ZSTD, claimed, WrongBatches.recordAndZeros(claimed));

    var answer = produce(batch);
    assertThat(answer.errorCode()).isEqualTo(Errors.MESSAGE_TOO_LARGE.code());
    logNames(answer);
    assertThat(server.errors(ApiKeys.PRODUCE, Errors.MESSAGE_TOO_LARGE)).isEqualTo(1);
    server.takesNoMemory();
  }

  @Test
  void refusesBatchesOfAnAbsurdLength() throws Exception {
    int refused = 0;
    for (int length : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 0, 48}) {
      ByteBuffer records = WatchedDoor.records("v");
      records.putInt(LENGTH_AT, length);

      isInvalid(produce(records), ++refused);
    }
    assertThat(endOf("t")).isZero();
    server.takesNoMemory();
  }

  @Test
  void refusesBatchesWithAWrongCount() throws Exception {
    int refused = 0;
    for (int count : new int[] {0, -1, 1, 3, 1_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      ByteBuffer records =
          MemoryRecords.withRecords(
                  Compression.NONE,
                  new SimpleRecord("a".getBytes(StandardCharsets.UTF_8)),
                  new SimpleRecord("b".getBytes(StandardCharsets.UTF_8)))
              .buffer();
      records.putInt(COUNT_AT, count);

      isInvalid(produce(sealed(records)), ++refused);
    }
    assertThat(endOf("t")).isZero();
    server.takesNoMemory();
  }

  @Test
  void refusesUnknownKindsOfAcknowledgement() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(WatchedDoor.produceRequest("t", (short) 5, WatchedDoor.records("v")), 1);

      assertThat(WatchedDoor.answerTo(client).errorCode())
          .isEqualTo(Errors.INVALID_REQUIRED_ACKS.code());
    }
    assertThat(server.errors(ApiKeys.PRODUCE, Errors.INVALID_REQUIRED_ACKS)).isEqualTo(1);
    assertThat(server.warnings())
        .singleElement()
        .asString()
        .contains("was refused Produce: INVALID_REQUIRED_ACKS: t-0: ");
  }

  @Test
  void refusesUnknownKindsOfAcknowledgementAlsoOfNoRecords() throws Exception {
    long failures = Failures.count();
    ProduceRequestData produce = KafkaRequests.produce("t", 0, (short) 5, null);
    try (RawClient client = new RawClient(server.port())) {
      client.send(KafkaRequests.frame(ApiKeys.PRODUCE, VERSION, 1, produce));

      assertThat(WatchedDoor.answerTo(client).errorCode())
          .isEqualTo(Errors.INVALID_REQUIRED_ACKS.code());
    }
    assertThat(Failures.count()).as("failures of the server").isEqualTo(failures);
  }

  @Test
  void closesOnErrorsThatNoOneWaitsFor() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(WatchedDoor.produceRequest("absent", (short) 0, WatchedDoor.records("v")), 1);

      assertThat(client.isClosedByServer()).isTrue();
    }
    server.saysWhy(
        1, "records sent with acks=0 could not be taken: UNKNOWN_TOPIC_OR_PARTITION: absent-0: ");
    assertThat(server.errors(ApiKeys.PRODUCE, Errors.UNKNOWN_TOPIC_OR_PARTITION)).isEqualTo(1);
  }

  /** It says so to the client, in the log and in the metrics. */
  private void isInvalid(ProduceResponseData.PartitionProduceResponse answer, int soMany) {
    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.INVALID_RECORD);
    assertThat(answer.errorMessage()).isNotBlank();
    assertThat(server.errors(ApiKeys.PRODUCE, Errors.INVALID_RECORD)).isEqualTo(soMany);
    assertThat(server.warnings())
        .hasSize(soMany)
        .last()
        .asString()
        .contains("was refused Produce: INVALID_RECORD")
        .endsWith(": t-0: " + answer.errorMessage());
  }

  /** The log says of a refusal which partition it was about, and the reason that the client got. */
  private void logNames(ProduceResponseData.PartitionProduceResponse refused) {
    assertThat(refused.errorMessage()).isNotBlank();
    assertThat(server.warnings())
        .singleElement()
        .asString()
        .contains("was refused Produce: " + Errors.forCode(refused.errorCode()))
        .endsWith(": t-0: " + refused.errorMessage());
  }

  /** With the checksum that fits what the batch is now. */
  private static ByteBuffer sealed(ByteBuffer batch) {
    CRC32C crc = new CRC32C();
    crc.update(batch.duplicate().position(CRC_AT + Integer.BYTES));
    return batch.putInt(CRC_AT, (int) crc.getValue());
  }

  private long endOf(String topic) throws IOException {
    ListOffsetsRequestData offsets =
        new ListOffsetsRequestData()
            .setReplicaId(-1)
            .setTopics(
                List.of(
                    new ListOffsetsTopic()
                        .setName(topic)
                        .setPartitions(
                            List.of(
                                new ListOffsetsPartition()
                                    .setPartitionIndex(0)
                                    .setTimestamp(ListOffsetsRequest.LATEST_TIMESTAMP)))));
    try (RawClient client = new RawClient(server.port())) {
      client.send(KafkaRequests.frame(ApiKeys.LIST_OFFSETS, LIST_OFFSETS_VERSION, 1, offsets));
      return ListOffsetsResponse.parse(client.receive(1, (short) 1), LIST_OFFSETS_VERSION)
          .data()
          .topics()
          .get(0)
          .partitions()
          .get(0)
          .offset();
    }
  }

  private ProduceResponseData.PartitionProduceResponse produce(ByteBuffer records)
      throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.send(new MetadataRequest.Builder(List.of("t"), true).build(VERSION), 0);
      client.receive(0, (short) 1);
      client.send(WatchedDoor.produceRequest("t", (short) -1, records), 1);
      return WatchedDoor.answerTo(client);
    }
  }
}
