package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.kernel.Failures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.CreateTopicsResponse;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Topics, partitions and groups that are not there or cannot be, and other fields that make no
 * sense, are answered with the protocol's error; the log and the metrics say so, and a client at
 * work meanwhile notices nothing.
 */
@Timeout(60)
final class HostileNamesTest {
  private static final short VERSION = 9;
  private static final short FETCH_VERSION = 12;
  private static final short JOIN_VERSION = 7;
  private static final short METADATA_VERSION = 12;
  private static final short PRODUCE_BY_ID_VERSION = 13;
  private static final short FETCH_BY_ID_VERSION = 13;
  private static final short CREATE_TOPICS_VERSION = 5;
  private static final List<String> ILLEGAL_NAMES =
      List.of("", ".", "..", "a/b", "a b", "a\0b", "ü", "x".repeat(250));

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
  void tellsWhoProducesThatATopicOrPartitionIsNotThere() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(WatchedDoor.produceRequest("absent", (short) -1, WatchedDoor.records("v")), 1);
      assertThat(WatchedDoor.answerTo(client).errorCode())
          .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());

      ProduceRequestData byId = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
      byId.topicData()
          .add(
              new TopicProduceData()
                  .setTopicId(Uuid.randomUuid())
                  .setPartitionData(
                      List.of(
                          new PartitionProduceData()
                              .setRecords(
                                  MemoryRecords.readableRecords(WatchedDoor.records("v"))))));
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
        client.send(
            WatchedDoor.produceRequest("t", partition, (short) -1, WatchedDoor.records("v")), 1);
        assertThat(WatchedDoor.answerTo(client).errorCode())
            .as("partition %d", partition)
            .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
      }
    }
    assertThat(server.warnings())
        .singleElement()
        .asString()
        .contains("was refused Produce: UNKNOWN_TOPIC_OR_PARTITION: absent-0: ");
    assertThat(server.errors(ApiKeys.PRODUCE, Errors.UNKNOWN_TOPIC_OR_PARTITION)).isEqualTo(4);
    assertThat(server.errors(ApiKeys.PRODUCE, Errors.UNKNOWN_TOPIC_ID)).isEqualTo(1);
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
    assertThat(server.warnings())
        .singleElement()
        .asString()
        .contains("was refused Fetch: UNKNOWN_TOPIC_OR_PARTITION: absent-0: ");
    assertThat(server.errors(ApiKeys.FETCH, Errors.UNKNOWN_TOPIC_OR_PARTITION)).isEqualTo(4);
    assertThat(server.errors(ApiKeys.FETCH, Errors.UNKNOWN_TOPIC_ID)).isEqualTo(1);
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
    assertThat(server.errors(ApiKeys.CREATE_TOPICS, Errors.INVALID_TOPIC_EXCEPTION))
        .isEqualTo(ILLEGAL_NAMES.size());
    assertThat(server.errors(ApiKeys.METADATA, Errors.INVALID_TOPIC_EXCEPTION))
        .isEqualTo(2 * ILLEGAL_NAMES.size());
    assertThat(server.warnings())
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
    assertThat(server.warnings())
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
    assertThat(server.errors(ApiKeys.JOIN_GROUP, Errors.INVALID_GROUP_ID)).isEqualTo(1);
    assertThat(server.warnings())
        .singleElement()
        .asString()
        .contains("was refused JoinGroup: INVALID_GROUP_ID: ");
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
}
