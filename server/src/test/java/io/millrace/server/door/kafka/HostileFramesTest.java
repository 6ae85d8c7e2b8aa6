package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.kernel.Failures;
import io.millrace.server.testing.Bystander;
import io.millrace.server.testing.Warnings;
import io.millrace.server.testing.WrongBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a peer sends, it is answered with the protocol's error or its connection is closed, the
 * log and the metrics say so, and a client at work meanwhile notices nothing.
 */
@Timeout(60)
final class HostileFramesTest {
  private static final short VERSION = 9;
  private static final short FETCH_VERSION = 12;
  private static final short JOIN_VERSION = 7;
  private static final short METADATA_VERSION = 12;
  private static final short PRODUCE_BY_ID_VERSION = 13;
  private static final short FETCH_BY_ID_VERSION = 13;
  private static final short LIST_OFFSETS_VERSION = 6;
  private static final short CREATE_TOPICS_VERSION = 5;
  private static final int LENGTH_AT = 8;
  private static final int CRC_AT = 17;
  private static final int COUNT_AT = 57;
  private static final List<String> ILLEGAL_NAMES =
      List.of("", ".", "..", "a/b", "a b", "a\0b", "ü", "x".repeat(250));

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @SuppressWarnings("NullAway.Init")
  private Bystander bystander;

  private final Warnings warnings = new Warnings("io.millrace.server.net");

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    bystander = KafkaBystander.at(server.port());
  }

  @AfterEach
  void stop() throws Exception {
    warnings.close();
    bystander.close();
    assertServes();
    server.close();
  }

  @Test
  void closesOnFramesOfTwoGigabytes() throws Exception {
    assertClosedAfterRaw(ByteBuffer.allocate(4).putInt(0x06ff_ffff).array());
    saysWhy(1, "a frame of 117440511 bytes is announced; allowed are ", " for the first request");
    try (RawClient client = introducedClient()) {
      client.sendRaw(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array());
      assertThat(client.isClosedByServer()).isTrue();
    }
    saysWhy(2, "a frame of 2147483647 bytes is announced; allowed are ");
    assertThat(malformed()).as("requests, which these were not yet").isZero();
    takesNoMemory();
  }

  @Test
  void closesOnApiKeysThatAreNotServed() throws Exception {
    for (int key : new int[] {-1, 4, 24, 68, 500}) {
      assertClosedAfter(
          RawClient.bytes(
              out -> {
                out.writeShort(key);
                out.writeShort(0);
                out.writeInt(1);
                out.writeShort(-1);
              }));
      assertThat(warnings.lines())
          .last()
          .asString()
          .contains("(kafka): API key " + key + " is not served");
    }
    saysWhy(5, "is not served");
    assertThat(malformed()).isEqualTo(5);
  }

  @Test
  void closesOnVersionsThatAreNotServed() throws Exception {
    for (int version : new int[] {-1, 0, 2, 99}) {
      assertClosedAfter(
          RawClient.bytes(
              out -> {
                out.writeShort(ApiKeys.PRODUCE.id);
                out.writeShort(version);
                out.writeInt(1);
                out.writeShort(-1);
                out.writeInt(0);
              }));
      assertThat(warnings.lines())
          .last()
          .asString()
          .contains("(kafka): Produce version " + version + " is not served, only ");
    }
    saysWhy(4, "is not served, only ");
    assertThat(malformed()).isEqualTo(4);
  }

  /** The one question that every client can ask a server that it does not know. */
  @Test
  void answersQuestionsForVersionsThatItDoesNotKnowWithThoseThatItDoes() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(
          RawClient.bytes(
              out -> {
                out.writeShort(ApiKeys.API_VERSIONS.id);
                out.writeShort(99);
                out.writeInt(1);
                out.writeShort(-1);
                out.writeByte(0);
              }));
      var answer = ApiVersionsResponse.parse(client.receive(1, (short) 0), (short) 0).data();
      assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.UNSUPPORTED_VERSION);
      assertThat(answer.apiKeys()).isNotEmpty();
    }
    assertThat(errors(ApiKeys.API_VERSIONS, Errors.UNSUPPORTED_VERSION)).isEqualTo(1);
    assertThat(warnings.lines()).as("the protocol's normal course").isEmpty();
  }

  @Test
  void closesOnEmptyAndTinyFrames() throws Exception {
    for (int size = 0; size < 8; size++) {
      assertClosedAfter(new byte[size]);
    }
    saysWhy(8, "Produce version 0 is not served");
    assertThat(malformed()).isEqualTo(8);
  }

  @Test
  void closesOnRequestsThatAreCutShort() throws Exception {
    byte[] whole =
        serialized(MetadataRequest.Builder.forTopicNames(List.of("t"), false).build(VERSION));
    for (int size = 2; size < whole.length; size++) {
      byte[] cut = java.util.Arrays.copyOf(whole, size);
      assertClosedAfter(cut);
    }
    saysWhy(whole.length - 2, "a malformed Metadata request: ");
    assertThat(malformed()).isEqualTo(whole.length - 2);
    takesNoMemory();
  }

  @Test
  void closesOnRandomBytes() throws Exception {
    Random random = new Random(11);
    int rounds = 100;
    for (int round = 0; round < rounds; round++) {
      byte[] noise = new byte[8 + random.nextInt(5_000)];
      random.nextBytes(noise);
      if (round % 2 == 0) {
        assertClosedAfter(noise);
      } else {
        // A size that is too large, or no frame's at all, so that no more is waited for.
        noise[0] = (byte) (1 + random.nextInt(255));
        assertClosedAfterRaw(noise);
      }
    }
    assertThat(server.count("millrace.connections.refused")).isEqualTo(rounds);
    assertThat(warnings.lines())
        .hasSize(rounds)
        .allMatch(
            line -> line.matches("closing connection \\d+ from /127.0.0.1:\\d+ \\(.+\\): .+"));
    takesNoMemory();
  }

  @Test
  void survivesRandomlyDamagedRequests() throws Exception {
    long seed = 7;
    Random random = new Random(seed);
    byte[] whole = serialized(produceRequest("acks", (short) -1, records("v")));
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      RawClient client = new RawClient(server.port());
      client.send(damaged);
      clients.add(client);
    }
    for (RawClient client : clients) {
      client.close();
    }
    await().until(() -> server.gauge("millrace.connections") == 1);
    assertThat(warnings.lines()).as("what the log says").hasSizeGreaterThan(100);
    assertThat(server.count("millrace.connections.refused")).isGreaterThan(100);
    takesNoMemory();
  }

  @Test
  void refusesRecordsWithAWrongChecksum() throws Exception {
    ByteBuffer records = records("v");
    int last = records.limit() - 1;
    records.put(last, (byte) (records.get(last) + 1));

    var answer = produce(records);
    assertThat(answer.errorCode()).isEqualTo(Errors.CORRUPT_MESSAGE.code());
    logNames(answer);
    assertThat(errors(ApiKeys.PRODUCE, Errors.CORRUPT_MESSAGE)).isEqualTo(1);
  }

  @Test
  void theLogNamesTopicsWhoseClientsSayIdsOnly() throws Exception {
    assertThat(produce(records("v")).errorCode()).isZero();
    UUID id = server.broker().catalog().get("t").id();
    ProduceRequestData byId = KafkaRequests.produce("", KafkaRequests.records(new byte[2 << 20]));
    byId.topicData()
        .iterator()
        .next()
        .setTopicId(new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits()));
    try (RawClient client = introducedClient()) {
      client.send(KafkaRequests.frame(ApiKeys.PRODUCE, PRODUCE_BY_ID_VERSION, 1, byId));
      client.receive(1, (short) 1);
    }
    assertThat(warnings.lines())
        .singleElement()
        .asString()
        .contains("was refused Produce: MESSAGE_TOO_LARGE: t-0: ");
  }

  @Test
  void refusesRecordsThatAreNoRecords() throws Exception {
    isInvalid(produce(ByteBuffer.allocate(0)), 1);
    isInvalid(produce(ByteBuffer.wrap(new byte[] {1, 2, 3})), 2);
  }

  /** It says so to the client, in the log and in the metrics. */
  private void isInvalid(ProduceResponseData.PartitionProduceResponse answer, int soMany) {
    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.INVALID_RECORD);
    assertThat(answer.errorMessage()).isNotBlank();
    assertThat(errors(ApiKeys.PRODUCE, Errors.INVALID_RECORD)).isEqualTo(soMany);
    assertThat(warnings.lines())
        .hasSize(soMany)
        .last()
        .asString()
        .contains("was refused Produce: INVALID_RECORD")
        .endsWith(": t-0: " + answer.errorMessage());
  }

  @Test
  void refusesRecordsThatAreLargerThanTheTopicTakes() throws Exception {
    var answer = produce(KafkaRequests.records(new byte[2 << 20]).buffer());

    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.MESSAGE_TOO_LARGE);
    logNames(answer);
    assertThat(errors(ApiKeys.PRODUCE, Errors.MESSAGE_TOO_LARGE)).isEqualTo(1);
    assertThat(endOf("t")).isZero();
    takesNoMemory();
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
    assertThat(errors(ApiKeys.PRODUCE, Errors.MESSAGE_TOO_LARGE)).isEqualTo(1);
    takesNoMemory();
  }

  /** The log says of a refusal which partition it was about, and the reason that the client got. */
  private void logNames(ProduceResponseData.PartitionProduceResponse refused) {
    assertThat(refused.errorMessage()).isNotBlank();
    assertThat(warnings.lines())
        .singleElement()
        .asString()
        .contains("was refused Produce: " + Errors.forCode(refused.errorCode()))
        .endsWith(": t-0: " + refused.errorMessage());
  }

  /** So many connections were closed; the log gives a reason for each, the metric counts them. */
  private void saysWhy(int connections, String... reason) {
    await()
        .untilAsserted(
            () -> {
              assertThat(server.count("millrace.connections.refused")).isEqualTo(connections);
              assertThat(warnings.lines()).hasSize(connections);
              assertThat(warnings.lines())
                  .last()
                  .asString()
                  .contains("closing connection ", " from /127.0.0.1:", "(kafka): ")
                  .contains(reason);
            });
  }

  /** When nobody is at work any more. */
  private void takesNoMemory() {
    bystander.noticedNothing();
    await().until(() -> server.gauge("millrace.requests.memory") == 0);
  }

  private double errors(ApiKeys api, Errors error) {
    return server.count("millrace.kafka.errors", "api", api.name, "error", error.name());
  }

  @Test
  void refusesBatchesOfAnAbsurdLength() throws Exception {
    int refused = 0;
    for (int length : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 0, 48}) {
      ByteBuffer records = records("v");
      records.putInt(LENGTH_AT, length);

      isInvalid(produce(records), ++refused);
    }
    assertThat(endOf("t")).isZero();
    takesNoMemory();
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
    takesNoMemory();
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

  @Test
  void tellsWhoProducesThatATopicOrPartitionIsNotThere() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(produceRequest("absent", (short) -1, records("v")), 1);
      assertThat(answerTo(client).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());

      ProduceRequestData byId = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
      byId.topicData()
          .add(
              new TopicProduceData()
                  .setTopicId(Uuid.randomUuid())
                  .setPartitionData(
                      List.of(
                          new PartitionProduceData()
                              .setRecords(MemoryRecords.readableRecords(records("v"))))));
      client.send(KafkaRequests.frame(ApiKeys.PRODUCE, PRODUCE_BY_ID_VERSION, 2, byId));
      assertThat(
              ProduceResponse.parse(client.receive(2, (short) 1), PRODUCE_BY_ID_VERSION)
                  .data()
                  .responses()
                  .iterator()
                  .next()
                  .partitionResponses()
                  .get(0)
                  .errorCode())
          .isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());

      client.send(new MetadataRequest.Builder(List.of("t"), true).build(VERSION), 3);
      client.receive(3, (short) 1);
      for (int partition : new int[] {1, -1, Integer.MAX_VALUE}) {
        client.send(produceRequest("t", partition, (short) -1, records("v")), 1);
        assertThat(answerTo(client).errorCode())
            .as("partition %d", partition)
            .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
      }
    }
    assertThat(warnings.lines())
        .singleElement()
        .asString()
        .contains("was refused Produce: UNKNOWN_TOPIC_OR_PARTITION: absent-0: ");
    assertThat(errors(ApiKeys.PRODUCE, Errors.UNKNOWN_TOPIC_OR_PARTITION)).isEqualTo(4);
    assertThat(errors(ApiKeys.PRODUCE, Errors.UNKNOWN_TOPIC_ID)).isEqualTo(1);
    assertThat(server.broker().catalog().find("absent")).as("it was not created").isNull();
  }

  @Test
  void tellsWhoFetchesThatATopicOrPartitionIsNotThere() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      assertThat(fetched(client, FETCH_VERSION, "absent", Uuid.ZERO_UUID, 0))
          .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
      assertThat(fetched(client, FETCH_BY_ID_VERSION, "", Uuid.randomUuid(), 0))
          .isEqualTo(Errors.UNKNOWN_TOPIC_ID);
      client.send(new MetadataRequest.Builder(List.of("t"), true).build(VERSION), 3);
      client.receive(3, (short) 1);
      for (int partition : new int[] {1, -1, Integer.MAX_VALUE}) {
        assertThat(fetched(client, FETCH_VERSION, "t", Uuid.ZERO_UUID, partition))
            .as("partition %d", partition)
            .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
      }
    }
    assertThat(warnings.lines())
        .singleElement()
        .asString()
        .contains("was refused Fetch: UNKNOWN_TOPIC_OR_PARTITION: absent-0: ");
    assertThat(errors(ApiKeys.FETCH, Errors.UNKNOWN_TOPIC_OR_PARTITION)).isEqualTo(4);
    assertThat(errors(ApiKeys.FETCH, Errors.UNKNOWN_TOPIC_ID)).isEqualTo(1);
    assertThat(server.broker().catalog().find("absent")).as("it was not created").isNull();
  }

  private static Errors fetched(
      RawClient client, short version, String topic, Uuid id, int partition) throws IOException {
    FetchRequestData fetch =
        new FetchRequestData()
            .setMaxWaitMs(0)
            .setMinBytes(1)
            .setSessionEpoch(-1)
            .setTopics(
                List.of(
                    new FetchRequestData.FetchTopic()
                        .setTopic(topic)
                        .setTopicId(id)
                        .setPartitions(
                            List.of(
                                new FetchRequestData.FetchPartition().setPartition(partition)))));
    client.send(KafkaRequests.frame(ApiKeys.FETCH, version, 4, fetch));
    return Errors.forCode(
        FetchResponse.parse(client.receive(4, (short) 1), version)
            .data()
            .responses()
            .get(0)
            .partitions()
            .get(0)
            .errorCode());
  }

  @Test
  void createsNoTopicsOfIllegalNames() throws Exception {
    int topics = server.broker().catalog().topics().size();
    CreateTopicsRequestData create = new CreateTopicsRequestData().setTimeoutMs(1000);
    for (String name : ILLEGAL_NAMES) {
      create
          .topics()
          .add(
              new CreatableTopic()
                  .setName(name)
                  .setNumPartitions(1)
                  .setReplicationFactor((short) 1));
    }
    try (RawClient client = new RawClient(server.port())) {
      client.send(KafkaRequests.frame(ApiKeys.CREATE_TOPICS, CREATE_TOPICS_VERSION, 1, create));
      assertThat(
              CreateTopicsResponse.parse(client.receive(1, (short) 1), CREATE_TOPICS_VERSION)
                  .data()
                  .topics())
          .hasSameSizeAs(ILLEGAL_NAMES)
          .allSatisfy(
              answer -> {
                assertThat(Errors.forCode(answer.errorCode()))
                    .as(answer.name())
                    .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
                assertThat(answer.errorMessage()).isNotBlank();
              });

      for (boolean creating : new boolean[] {true, false}) {
        client.send(new MetadataRequest.Builder(ILLEGAL_NAMES, creating).build(VERSION), 2);
        assertThat(MetadataResponse.parse(client.receive(2, (short) 1), VERSION).data().topics())
            .hasSameSizeAs(ILLEGAL_NAMES)
            .allSatisfy(
                answer ->
                    assertThat(Errors.forCode(answer.errorCode()))
                        .as(answer.name())
                        .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION));
      }
    }
    assertThat(server.broker().catalog().topics()).hasSize(topics);
    assertThat(errors(ApiKeys.CREATE_TOPICS, Errors.INVALID_TOPIC_EXCEPTION))
        .isEqualTo(ILLEGAL_NAMES.size());
    assertThat(errors(ApiKeys.METADATA, Errors.INVALID_TOPIC_EXCEPTION))
        .isEqualTo(2 * ILLEGAL_NAMES.size());
    assertThat(warnings.lines())
        .as("one line for one connection, however often")
        .singleElement()
        .asString()
        .contains("was refused CreateTopics: INVALID_TOPIC_EXCEPTION: topic \"\": ");
  }

  @Test
  void theLogSaysWhichNamesAreIllegal() throws Exception {
    for (boolean creating : new boolean[] {true, false}) {
      try (RawClient client = new RawClient(server.port())) {
        client.send(new MetadataRequest.Builder(List.of("a/b"), creating).build(VERSION), 2);
        client.receive(2, (short) 1);
      }
    }
    assertThat(warnings.lines())
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("was refused Metadata: INVALID_TOPIC_EXCEPTION: topic \"a/b\": "));
  }

  @Test
  void refusesGroupsWithoutAName() throws Exception {
    JoinGroupRequestData join =
        new JoinGroupRequestData()
            .setGroupId("")
            .setSessionTimeoutMs(10_000)
            .setProtocolType("consumer");
    join.protocols()
        .add(
            new JoinGroupRequestData.JoinGroupRequestProtocol()
                .setName("range")
                .setMetadata(new byte[1]));
    try (RawClient client = new RawClient(server.port())) {
      client.send(KafkaRequests.frame(ApiKeys.JOIN_GROUP, JOIN_VERSION, 1, join));

      var answer = JoinGroupResponse.parse(client.receive(1, (short) 1), JOIN_VERSION).data();
      assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.INVALID_GROUP_ID);
    }
    assertThat(errors(ApiKeys.JOIN_GROUP, Errors.INVALID_GROUP_ID)).isEqualTo(1);
    assertThat(warnings.lines())
        .singleElement()
        .asString()
        .contains("was refused JoinGroup: INVALID_GROUP_ID: ");
  }

  /** As Apache Kafka does, whose parser of requests does not look behind their fields either. */
  @Test
  void ignoresBytesBehindTheFieldsOfARequest() throws Exception {
    byte[] whole =
        serialized(MetadataRequest.Builder.forTopicNames(List.of("t"), true).build(VERSION));
    try (RawClient client = new RawClient(server.port())) {
      for (int more : new int[] {1, 4, 1000}) {
        client.send(java.util.Arrays.copyOf(whole, whole.length + more));
        assertThat(MetadataResponse.parse(client.receive(1, (short) 1), VERSION).data().topics())
            .singleElement()
            .extracting(MetadataResponseTopic::errorCode)
            .isEqualTo(Errors.NONE.code());
      }
    }
    assertThat(malformed()).isZero();
  }

  @Test
  void refusesUnknownKindsOfAcknowledgement() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(produceRequest("t", (short) 5, records("v")), 1);

      assertThat(answerTo(client).errorCode()).isEqualTo(Errors.INVALID_REQUIRED_ACKS.code());
    }
    assertThat(errors(ApiKeys.PRODUCE, Errors.INVALID_REQUIRED_ACKS)).isEqualTo(1);
    assertThat(warnings.lines())
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

      assertThat(answerTo(client).errorCode()).isEqualTo(Errors.INVALID_REQUIRED_ACKS.code());
    }
    assertThat(Failures.count()).as("failures of the server").isEqualTo(failures);
  }

  @Test
  void refusesToDescribeATopicWithNeitherNameNorId() throws Exception {
    long failures = Failures.count();
    for (boolean create : new boolean[] {true, false}) {
      MetadataRequestData metadata =
          new MetadataRequestData()
              .setTopics(List.of(new MetadataRequestTopic().setName(null)))
              .setAllowAutoTopicCreation(create);
      try (RawClient client = new RawClient(server.port())) {
        client.send(KafkaRequests.frame(ApiKeys.METADATA, METADATA_VERSION, 1, metadata));

        assertThat(
                MetadataResponse.parse(client.receive(1, (short) 1), METADATA_VERSION)
                    .data()
                    .topics())
            .singleElement()
            .extracting(MetadataResponseTopic::errorCode)
            .isEqualTo(Errors.INVALID_REQUEST.code());
      }
    }
    assertThat(Failures.count()).as("failures of the server").isEqualTo(failures);
  }

  @Test
  void refusesFetchesOfUnknownIsolationLevelsAlsoWhenTheyWait() throws Exception {
    long failures = Failures.count();
    for (int maxWaitMs : new int[] {0, 10}) {
      FetchRequestData fetch =
          new FetchRequestData()
              .setMaxWaitMs(maxWaitMs)
              .setMinBytes(1)
              .setIsolationLevel((byte) 2)
              .setTopics(
                  List.of(
                      new FetchRequestData.FetchTopic()
                          .setTopic("t")
                          .setPartitions(
                              List.of(new FetchRequestData.FetchPartition().setPartition(0)))));
      try (RawClient client = new RawClient(server.port())) {
        client.send(new MetadataRequest.Builder(List.of("t"), true).build(VERSION), 0);
        client.receive(0, (short) 1);
        client.send(KafkaRequests.frame(ApiKeys.FETCH, FETCH_VERSION, 1, fetch));

        assertThat(
                FetchResponse.parse(client.receive(1, (short) 1), FETCH_VERSION).data().errorCode())
            .isEqualTo(Errors.INVALID_REQUEST.code());
      }
    }
    assertThat(Failures.count()).as("failures of the server").isEqualTo(failures);
  }

  @Test
  void closesOnErrorsThatNoOneWaitsFor() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(produceRequest("absent", (short) 0, records("v")), 1);

      assertThat(client.isClosedByServer()).isTrue();
    }
    saysWhy(
        1, "records sent with acks=0 could not be taken: UNKNOWN_TOPIC_OR_PARTITION: absent-0: ");
    assertThat(errors(ApiKeys.PRODUCE, Errors.UNKNOWN_TOPIC_OR_PARTITION)).isEqualTo(1);
  }

  private ProduceResponseData.PartitionProduceResponse produce(ByteBuffer records)
      throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.send(new MetadataRequest.Builder(List.of("t"), true).build(VERSION), 0);
      client.receive(0, (short) 1);
      client.send(produceRequest("t", (short) -1, records), 1);
      return answerTo(client);
    }
  }

  private static ProduceResponseData.PartitionProduceResponse answerTo(RawClient client)
      throws IOException {
    ProduceResponseData answer =
        ProduceResponse.parse(client.receive(1, (short) 1), VERSION).data();
    return answer.responses().iterator().next().partitionResponses().get(0);
  }

  private static ByteBuffer records(String value) {
    return KafkaRequests.records(value.getBytes(StandardCharsets.UTF_8)).buffer();
  }

  private static ProduceRequest produceRequest(String topic, short acks, ByteBuffer records) {
    return produceRequest(topic, 0, acks, records);
  }

  private static ProduceRequest produceRequest(
      String topic, int partition, short acks, ByteBuffer records) {
    return new ProduceRequest(
        KafkaRequests.produce(topic, partition, acks, MemoryRecords.readableRecords(records)),
        VERSION);
  }

  private static byte[] serialized(org.apache.kafka.common.requests.AbstractRequest request) {
    ByteBuffer bytes =
        request.serializeWithHeader(
            new RequestHeader(request.apiKey(), request.version(), "raw", 1));
    byte[] body = new byte[bytes.remaining()];
    bytes.get(body);
    return body;
  }

  private void assertClosedAfter(byte[] frame) throws IOException {
    assertClosedAfterRaw(
        ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array());
  }

  private void assertClosedAfterRaw(byte[] bytes) throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.sendRaw(bytes);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  private RawClient introducedClient() throws IOException {
    RawClient client = new RawClient(server.port());
    client.send(new MetadataRequest.Builder(List.of(), false).build(VERSION), 3);
    client.receive(3, (short) 1);
    return client;
  }

  private void assertServes() throws IOException {
    introducedClient().close();
  }

  private double malformed() {
    return server.count("millrace.kafka.requests.malformed");
  }
}
