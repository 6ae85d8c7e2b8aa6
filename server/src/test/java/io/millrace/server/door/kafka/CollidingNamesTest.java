package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteTopicsResponse;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.apache.kafka.common.requests.MetadataResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names that are hard to tell apart: thousands with one hash code are answered as fast as others,
 * and a client at work meanwhile notices nothing; equal ones are answered once, or refused.
 */
@Timeout(60)
final class CollidingNamesTest {
  private static final int NAMES_LOG_2 = 13;
  private static final int NAMES = 1 << NAMES_LOG_2;
  private static final short METADATA_VERSION = 12;
  private static final short METADATA_WITH_NAMES_ONLY_VERSION = 11;
  private static final short DELETE_TOPICS_VERSION = 6;
  private static final short DESCRIBE_CONFIGS_VERSION = 4;

  /** With the flexible header. */
  private static final short HEADER_VERSION = 1;

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

  /** Legal names of topics and groups, all of which have the same hash code. */
  private static List<String> names() {
    List<String> names = IntStream.range(0, NAMES).mapToObj(CollidingNamesTest::name).toList();
    assertThat(names.stream().map(String::hashCode).distinct()).hasSize(1);
    return names;
  }

  private static String name(int number) {
    StringBuilder name = new StringBuilder();
    for (int bit = 0; bit < NAMES_LOG_2; bit++) {
      name.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return name.toString();
  }

  @Test
  void metadataOfThem() throws Exception {
    answersAll(
        ApiKeys.METADATA,
        METADATA_VERSION,
        new MetadataRequestData().setAllowAutoTopicCreation(false).setTopics(metadataTopics()));
  }

  @Test
  void metadataOfThemWhenItIsRefused() throws Exception {
    List<MetadataRequestTopic> topics = metadataTopics();
    topics.get(0).setTopicId(Uuid.randomUuid());
    answersAll(
        ApiKeys.METADATA,
        METADATA_WITH_NAMES_ONLY_VERSION,
        new MetadataRequestData().setTopics(topics));
    assertThat(server.errors(ApiKeys.METADATA, Errors.INVALID_REQUEST)).isEqualTo(NAMES);
  }

  private static List<MetadataRequestTopic> metadataTopics() {
    return names().stream().map(name -> new MetadataRequestTopic().setName(name)).toList();
  }

  @Test
  void partitionsOfThem() throws Exception {
    answersAll(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, (short) 0, describeTopicPartitions());
    answersAll(
        ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
        (short) 0,
        describeTopicPartitions().setCursor(new Cursor().setTopicName("t").setPartitionIndex(-1)));
    assertThat(server.errors(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, Errors.INVALID_REQUEST))
        .isEqualTo(NAMES);
  }

  private static DescribeTopicPartitionsRequestData describeTopicPartitions() {
    return new DescribeTopicPartitionsRequestData()
        .setTopics(names().stream().map(name -> new TopicRequest().setName(name)).toList());
  }

  @Test
  void deletingThem() throws Exception {
    answersAll(
        ApiKeys.DELETE_TOPICS,
        DELETE_TOPICS_VERSION,
        new DeleteTopicsRequestData()
            .setTimeoutMs(1000)
            .setTopics(
                names().stream().map(name -> new DeleteTopicState().setName(name)).toList()));
  }

  @Test
  void deletingGroups() throws Exception {
    answersAll(
        ApiKeys.DELETE_GROUPS, (short) 2, new DeleteGroupsRequestData().setGroupsNames(names()));
  }

  @Test
  void deletingTheirRecords() throws Exception {
    List<DeleteRecordsTopic> topics =
        names().stream()
            .map(
                name ->
                    new DeleteRecordsTopic()
                        .setName(name)
                        .setPartitions(List.of(new DeleteRecordsPartition())))
            .toList();
    answersAll(
        ApiKeys.DELETE_RECORDS,
        (short) 2,
        new DeleteRecordsRequestData().setTimeoutMs(1000).setTopics(topics));
  }

  /** The answer is not parsed: the client's classes would take as long as they did here. */
  private void answersAll(ApiKeys key, short version, ApiMessage request) throws IOException {
    try (RawClient client = new RawClient(server.port())) {
      client.send(KafkaRequests.frame(key, version, 1, request));
      assertThat(client.receive(1, HEADER_VERSION).remaining())
          .isGreaterThan(NAMES * name(0).length());
    }
    assertThat(server.warnings())
        .as("connections that were closed")
        .noneMatch(line -> line.contains("closing"));
  }

  @Test
  void metadataOfATopicThatIsNamedTwiceIsGivenOnce() throws Exception {
    MetadataRequestTopic topic = new MetadataRequestTopic().setName("absent");
    try (RawClient client = new RawClient(server.port())) {
      MetadataResponse answer =
          (MetadataResponse)
              client.ask(
                  ApiKeys.METADATA,
                  METADATA_VERSION,
                  new MetadataRequestData()
                      .setAllowAutoTopicCreation(false)
                      .setTopics(List.of(topic, topic.duplicate())));
      assertThat(answer.data().topics())
          .singleElement()
          .satisfies(
              one ->
                  assertThat(one.errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code()));
    }
  }

  @Test
  void settingsOfATopicThatIsNamedTwiceAreGivenOnce() throws Exception {
    DescribeConfigsResource topic =
        new DescribeConfigsResource()
            .setResourceType(ConfigResource.Type.TOPIC.id())
            .setResourceName("absent")
            .setConfigurationKeys(null);
    try (RawClient client = new RawClient(server.port())) {
      DescribeConfigsResponse answer =
          (DescribeConfigsResponse)
              client.ask(
                  ApiKeys.DESCRIBE_CONFIGS,
                  DESCRIBE_CONFIGS_VERSION,
                  new DescribeConfigsRequestData().setResources(List.of(topic, topic.duplicate())));
      assertThat(answer.data().results())
          .singleElement()
          .extracting(DescribeConfigsResponseData.DescribeConfigsResult::resourceName)
          .isEqualTo("absent");
    }
  }

  @Test
  void aTopicThatIsNamedTwiceIsNotDeleted() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.ask(
          ApiKeys.METADATA,
          METADATA_VERSION,
          new MetadataRequestData()
              .setAllowAutoTopicCreation(true)
              .setTopics(List.of(new MetadataRequestTopic().setName("twice"))));
      DeleteTopicState topic = new DeleteTopicState().setName("twice");
      DeleteTopicsResponse answer =
          (DeleteTopicsResponse)
              client.ask(
                  ApiKeys.DELETE_TOPICS,
                  DELETE_TOPICS_VERSION,
                  new DeleteTopicsRequestData()
                      .setTimeoutMs(1000)
                      .setTopics(List.of(topic, topic.duplicate())));
      assertThat(answer.data().responses())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
                assertThat(one.errorMessage()).isEqualTo("the topic is named several times");
              });
    }
    assertThat(server.broker().catalog().find("twice")).isNotNull();
  }
}
