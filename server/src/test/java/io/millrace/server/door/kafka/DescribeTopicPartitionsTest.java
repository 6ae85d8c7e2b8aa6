package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeTopicPartitionsResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics are described page by page, in the order of their names. */
@Timeout(60)
final class DescribeTopicPartitionsTest {
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      create(admin, "b", 3);
      create(admin, "a", 2);
      create(admin, "c", 1);
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void describesTopicsOverSeveralPages() throws Exception {
    try (Admin admin = server.admin()) {
      DescribeTopicsResult result =
          admin.describeTopics(
              List.of("c", "absent", "b", "no name", "a"),
              new DescribeTopicsOptions().partitionSizeLimitPerResponse(2));

      assertThat(described(result, "b").partitions())
          .extracting(TopicPartitionInfo::partition)
          .containsExactly(0, 1, 2);
      assertThat(described(result, "a").partitions())
          .allSatisfy(
              partition -> {
                assertThat(partition.leader().id()).isEqualTo(1);
                assertThat(partition.replicas()).hasSize(1);
                assertThat(partition.isr()).hasSize(1);
                assertThat(partition.elr()).isEmpty();
                assertThat(partition.lastKnownElr()).isEmpty();
              });
      assertThat(described(result, "c").partitions()).hasSize(1);
      assertThatThrownBy(() -> described(result, "absent"))
          .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
      assertThatThrownBy(() -> described(result, "no name"))
          .hasCauseInstanceOf(InvalidTopicException.class);
    }
    assertThat(
            server
                .registry()
                .get("millrace.kafka.request")
                .tag("api", ApiKeys.DESCRIBE_TOPIC_PARTITIONS.name)
                .timer()
                .count())
        .as("pages that the client asked for")
        .isGreaterThanOrEqualTo(3);
  }

  @Test
  void goesThroughAllTopicsByTheCursor() throws Exception {
    List<String> pages = new ArrayList<>();
    DescribeTopicPartitionsRequestData.Cursor cursor = null;
    do {
      DescribeTopicPartitionsResponseData page = ask(request(2, cursor));
      pages.add(show(page));
      cursor = after(page);
    } while (cursor != null);

    assertThat(pages).containsExactly("a[0, 1] > b-0", "b[0, 1] > b-2", "b[2] c[0]");
  }

  @Test
  void beginsAtTheNextNameWhenTheCursorsTopicIsGone() throws Exception {
    assertThat(show(ask(request(10, cursor("aa", 2))))).isEqualTo("b[0, 1, 2] c[0]");
    assertThat(show(ask(request(10, cursor("b", 9), "c", "b", "a")))).isEqualTo("b[] c[0]");
    assertThat(show(ask(request(1, cursor("b", 9))))).isEqualTo("b[] c[0]");
    assertThat(show(ask(request(10, cursor("d", 0))))).isEmpty();
  }

  @Test
  void boundsWhatOneAnswerHolds() throws Exception {
    try (Admin admin = server.admin()) {
      create(admin, "wide", 2100);
    }

    assertThat(partitionsOf(ask(request(Integer.MAX_VALUE, null, "wide")))).isEqualTo(2000);
    assertThat(partitionsOf(ask(request(-5, null, "wide")))).isEqualTo(1);
    assertThat(partitionsOf(ask(request(2000, cursor("wide", 2000), "wide")))).isEqualTo(100);
  }

  @Test
  void refusesANegativeCursor() throws Exception {
    DescribeTopicPartitionsResponseData answer = ask(request(10, cursor("b", -1), "b"));

    assertThat(answer.topics())
        .extracting(DescribeTopicPartitionsResponseTopic::errorCode)
        .containsExactly(Errors.INVALID_REQUEST.code());
  }

  private static void create(Admin admin, String topic, int partitions) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
  }

  private static DescribeTopicPartitionsRequestData request(
      int limit, DescribeTopicPartitionsRequestData.@Nullable Cursor cursor, String... topics) {
    return new DescribeTopicPartitionsRequestData()
        .setResponsePartitionLimit(limit)
        .setCursor(cursor)
        .setTopics(Arrays.stream(topics).map(topic -> new TopicRequest().setName(topic)).toList());
  }

  private static DescribeTopicPartitionsRequestData.Cursor cursor(String topic, int partition) {
    return new DescribeTopicPartitionsRequestData.Cursor()
        .setTopicName(topic)
        .setPartitionIndex(partition);
  }

  private static DescribeTopicPartitionsRequestData.@Nullable Cursor after(
      DescribeTopicPartitionsResponseData page) {
    DescribeTopicPartitionsResponseData.Cursor next = page.nextCursor();
    return next == null ? null : cursor(next.topicName(), next.partitionIndex());
  }

  private static TopicDescription described(DescribeTopicsResult result, String topic)
      throws Exception {
    return Objects.requireNonNull(result.topicNameValues().get(topic)).get();
  }

  private static int partitionsOf(DescribeTopicPartitionsResponseData page) {
    return page.topics().stream().mapToInt(topic -> topic.partitions().size()).sum();
  }

  /** Each topic with its partitions, and where to go on. */
  private static String show(DescribeTopicPartitionsResponseData page) {
    List<String> words = new ArrayList<>();
    for (DescribeTopicPartitionsResponseTopic topic : page.topics()) {
      words.add(
          topic.name()
              + topic.partitions().stream().map(partition -> partition.partitionIndex()).toList());
    }
    DescribeTopicPartitionsResponseData.Cursor next = page.nextCursor();
    if (next != null) {
      words.add("> " + next.topicName() + "-" + next.partitionIndex());
    }
    return String.join(" ", words);
  }

  private DescribeTopicPartitionsResponseData ask(DescribeTopicPartitionsRequestData request)
      throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      return ((DescribeTopicPartitionsResponse)
              client.ask(ApiKeys.DESCRIBE_TOPIC_PARTITIONS, (short) 0, request))
          .data();
    }
  }
}
