package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.kernel.Failures;
import io.millrace.server.testing.WrongBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.FetchResponse;
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

/** Whatever a peer sends, its connection is closed or answered, and the server lives on. */
@Timeout(60)
final class HostileFramesTest {
  private static final short VERSION = 9;
  private static final short FETCH_VERSION = 12;
  private static final short METADATA_VERSION = 12;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
  }

  @AfterEach
  void stop() throws Exception {
    assertServes();
    server.close();
  }

  @Test
  void closesOnFramesOfTwoGigabytes() throws Exception {
    assertClosedAfterRaw(ByteBuffer.allocate(4).putInt(0x06ff_ffff).array());
    try (RawClient client = introducedClient()) {
      client.sendRaw(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array());
      assertThat(client.isClosedByServer()).isTrue();
    }
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
    }
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
    }
  }

  @Test
  void closesOnEmptyAndTinyFrames() throws Exception {
    for (int size = 0; size < 8; size++) {
      assertClosedAfter(new byte[size]);
    }
  }

  @Test
  void closesOnRequestsThatAreCutShort() throws Exception {
    byte[] whole =
        serialized(MetadataRequest.Builder.forTopicNames(List.of("t"), false).build(VERSION));
    for (int size = 2; size < whole.length; size++) {
      byte[] cut = java.util.Arrays.copyOf(whole, size);
      assertClosedAfter(cut);
    }
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
    await().until(() -> server.registry().get("millrace.connections").gauge().value() == 0);
    await().until(() -> server.registry().get("millrace.requests.memory").gauge().value() == 0);
  }

  @Test
  void refusesRecordsWithAWrongChecksum() throws Exception {
    ByteBuffer records = records("v");
    int last = records.limit() - 1;
    records.put(last, (byte) (records.get(last) + 1));

    assertThat(produce(records).errorCode()).isEqualTo(Errors.CORRUPT_MESSAGE.code());
  }

  @Test
  void refusesRecordsThatAreNoRecords() throws Exception {
    assertThat(produce(ByteBuffer.allocate(0)).errorCode()).isEqualTo(Errors.INVALID_RECORD.code());
    assertThat(produce(ByteBuffer.wrap(new byte[] {1, 2, 3})).errorCode())
        .isEqualTo(Errors.INVALID_RECORD.code());
  }

  @Test
  void refusesRecordsOfAnImpossibleLength() throws Exception {
    long failures = Failures.count();

    assertThat(produce(ByteBuffer.allocate(100)).errorCode())
        .isEqualTo(Errors.INVALID_RECORD.code());
    assertThat(Failures.count()).as("failures of the server").isEqualTo(failures);
  }

  /** Acknowledged, they would be lost to JMS consumers, and stop those of Kafka. */
  @Test
  void refusesRecordsThatAreFewerThanTheBatchSays() throws Exception {
    long failures = Failures.count();
    for (CompressionType codec : CompressionType.values()) {
      assertThat(
              produce(WrongBatches.of(codec, 1000, WrongBatches.recordAndZeros(8000))).errorCode())
          .isEqualTo(Errors.INVALID_RECORD.code());
    }
    assertThat(errors(ApiKeys.PRODUCE, Errors.INVALID_RECORD))
        .isEqualTo(CompressionType.values().length);
    assertThat(Failures.count()).as("failures of the server").isEqualTo(failures);
  }

  /** A few kilobytes that would take gigabytes to lay out. */
  @Test
  void refusesRecordsThatTakeMuchMoreMemoryThanBytes() throws Exception {
    int claimed = (int) (Runtime.getRuntime().maxMemory() / 16) - 1000;
    ByteBuffer batch =
        WrongBatches.of(CompressionType.ZSTD, claimed, WrongBatches.recordAndZeros(claimed));

    assertThat(produce(batch).errorCode()).isEqualTo(Errors.MESSAGE_TOO_LARGE.code());
    assertThat(errors(ApiKeys.PRODUCE, Errors.MESSAGE_TOO_LARGE)).isEqualTo(1);
  }

  private double errors(ApiKeys api, Errors error) {
    return server
        .registry()
        .get("millrace.kafka.errors")
        .tags("api", api.name, "error", error.name())
        .counter()
        .count();
  }

  @Test
  void refusesUnknownKindsOfAcknowledgement() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(produceRequest("t", (short) 5, records("v")), 1);

      assertThat(answerTo(client).errorCode()).isEqualTo(Errors.INVALID_REQUIRED_ACKS.code());
    }
  }

  @Test
  void refusesUnknownKindsOfAcknowledgementAlsoOfNoRecords() throws Exception {
    long failures = Failures.count();
    ProduceRequestData produce = new ProduceRequestData().setAcks((short) 5).setTimeoutMs(1000);
    produce
        .topicData()
        .add(
            new TopicProduceData()
                .setName("t")
                .setPartitionData(List.of(new PartitionProduceData().setRecords(null))));
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
    return MemoryRecords.withRecords(
            Compression.NONE,
            new SimpleRecord(value.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .buffer();
  }

  private static ProduceRequest produceRequest(String topic, short acks, ByteBuffer records) {
    TopicProduceDataCollection topics = new TopicProduceDataCollection();
    topics.add(
        new TopicProduceData()
            .setName(topic)
            .setPartitionData(
                List.of(
                    new PartitionProduceData()
                        .setIndex(0)
                        .setRecords(MemoryRecords.readableRecords(records)))));
    return new ProduceRequest(
        new ProduceRequestData().setAcks(acks).setTimeoutMs(1000).setTopicData(topics), VERSION);
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
    return server.registry().get("millrace.kafka.requests.malformed").counter().count();
  }
}
