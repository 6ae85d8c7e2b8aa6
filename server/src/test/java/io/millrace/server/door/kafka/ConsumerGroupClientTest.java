package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.group.ConsumerGroupConfig;
import io.millrace.server.group.GroupConfig;
import io.millrace.server.net.NetConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own consumer under the new protocol (KIP-848), alone and beside classic ones. */
@Timeout(120)
final class ConsumerGroupClientTest {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int PARTITIONS = 6;

  /** Heartbeats are frequent, so that rebalances do not take the time of a test. */
  private static final ServerCoreConfig CONFIG =
      ServerCoreConfig.DEFAULT.withGroup(
          GroupConfig.DEFAULT
              .withInitialRebalanceDelayMs(0)
              .withConsumer(ConsumerGroupConfig.DEFAULT.withSession(6_000, 200)));

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  private final List<KafkaConsumer<String, String>> consumers = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory, NetConfig.DEFAULT, CONFIG);
    try (Admin admin = server.admin()) {
      admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1))).all().get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    consumers.forEach(each -> each.close(CloseOptions.timeout(Duration.ofSeconds(5))));
    server.close();
  }

  private KafkaConsumer<String, String> consumer(String... settings) {
    return open("consumer", settings);
  }

  private KafkaConsumer<String, String> classic(String... settings) {
    return open("classic", settings);
  }

  private KafkaConsumer<String, String> open(String protocol, String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "group.id",
                "g",
                "group.protocol",
                protocol,
                "enable.auto.commit",
                "false",
                "metadata.max.age.ms",
                "1000"));
    if (protocol.equals("classic")) {
      all.addAll(List.of("session.timeout.ms", "6000", "heartbeat.interval.ms", "200"));
    }
    all.addAll(List.of(settings));
    KafkaConsumer<String, String> consumer = server.consumer(all.toArray(String[]::new));
    consumers.add(consumer);
    return consumer;
  }

  private KafkaConsumer<String, String> subscribed(KafkaConsumer<String, String> consumer) {
    consumer.subscribe(List.of("t"));
    return consumer;
  }

  private void close(KafkaConsumer<String, String> consumer) {
    consumers.remove(consumer);
    consumer.close();
  }

  private void send(String topic, int partition, String value) throws Exception {
    try (KafkaProducer<String, String> producer = server.producer()) {
      producer.send(new ProducerRecord<>(topic, partition, null, value)).get();
    }
  }

  /** Everyone polls until something is so. Returns what was read meanwhile. */
  @SafeVarargs
  private List<String> pollUntil(
      BooleanSupplier condition, KafkaConsumer<String, String>... polling) {
    List<String> values = new ArrayList<>();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              for (KafkaConsumer<String, String> each : polling) {
                for (ConsumerRecord<String, String> record : each.poll(POLL)) {
                  values.add(record.value());
                }
              }
              return condition.getAsBoolean();
            });
    return values;
  }

  /** Whether they share all partitions of the topic, as evenly as can be. */
  @SafeVarargs
  private static boolean share(int partitions, KafkaConsumer<String, String>... sharing) {
    Set<TopicPartition> all = new HashSet<>();
    for (KafkaConsumer<String, String> each : sharing) {
      Set<TopicPartition> mine = each.assignment();
      if (mine.size() < partitions / sharing.length || !mine.stream().allMatch(all::add)) {
        return false;
      }
    }
    return all.size() == partitions;
  }

  private ConsumerGroupDescription described() throws Exception {
    try (Admin admin = server.admin()) {
      return admin.describeConsumerGroups(List.of("g")).all().get().values().iterator().next();
    }
  }

  private static Map<Integer, Long> committed(KafkaConsumer<String, String> consumer) {
    Set<TopicPartition> all = new HashSet<>();
    for (int i = 0; i < PARTITIONS; i++) {
      all.add(new TopicPartition("t", i));
    }
    Map<Integer, Long> offsets = new TreeMap<>();
    consumer
        .committed(all)
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                offsets.put(partition.partition(), offset.offset());
              }
            });
    return offsets;
  }

  // ---- members

  @Test
  void membersShareTheTopicAndHandOverWhatTheyLeave() throws Exception {
    KafkaConsumer<String, String> first = subscribed(consumer());
    pollUntil(() -> share(PARTITIONS, first), first);
    KafkaConsumer<String, String> second = subscribed(consumer());
    KafkaConsumer<String, String> third = subscribed(consumer());
    pollUntil(() -> share(PARTITIONS, first, second, third), first, second, third);
    for (int i = 0; i < PARTITIONS; i++) {
      send("t", i, "v" + i);
    }
    List<String> read = new ArrayList<>();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              read.addAll(pollUntil(() -> true, first, second, third));
              return read.size() >= PARTITIONS;
            });
    assertThat(read).containsExactlyInAnyOrder("v0", "v1", "v2", "v3", "v4", "v5");
    first.commitSync();
    second.commitSync();
    third.commitSync();

    close(second);
    pollUntil(() -> share(PARTITIONS, first, third), first, third);

    assertThat(committed(first).values()).hasSize(PARTITIONS).containsOnly(1L);
    assertThat(first.groupMetadata().generationId()).isPositive();
  }

  @Test
  void administratorsSeeTheGroup() throws Exception {
    KafkaConsumer<String, String> first =
        subscribed(consumer("group.remote.assignor", "range", "client.rack", "rack-1"));
    pollUntil(() -> share(PARTITIONS, first), first);

    ConsumerGroupDescription description = described();
    assertThat(description.type()).isEqualTo(GroupType.CONSUMER);
    assertThat(description.groupState()).isEqualTo(GroupState.STABLE);
    assertThat(description.partitionAssignor()).isEqualTo("range");
    assertThat(description.groupEpoch()).hasValue(1);
    assertThat(description.targetAssignmentEpoch()).hasValue(1);
    assertThat(description.members())
        .singleElement()
        .satisfies(
            member -> {
              assertThat(member.assignment().topicPartitions()).hasSize(PARTITIONS);
              assertThat(member.targetAssignment()).isPresent();
              assertThat(member.memberEpoch()).hasValue(1);
              assertThat(member.upgraded()).hasValue(true);
            });
    try (Admin admin = server.admin()) {
      assertThat(admin.listGroups(ListGroupsOptions.forConsumerGroups()).all().get())
          .extracting(GroupListing::groupId)
          .containsExactly("g");
      assertThat(admin.listGroups().all().get())
          .singleElement()
          .satisfies(group -> assertThat(group.type()).contains(GroupType.CONSUMER));
      assertThatThrownBy(() -> admin.deleteConsumerGroups(List.of("g")).all().get())
          .hasCauseInstanceOf(GroupNotEmptyException.class);
      close(first);
      assertThat(described().groupState()).isEqualTo(GroupState.EMPTY);
      admin.deleteConsumerGroups(List.of("g")).all().get();
      assertThat(admin.listGroups().all().get()).isEmpty();
    }
  }

  @Test
  void staticMembersComeBackToWhatTheyHad() throws Exception {
    KafkaConsumer<String, String> first = subscribed(consumer("group.instance.id", "one"));
    KafkaConsumer<String, String> second = subscribed(consumer("group.instance.id", "two"));
    pollUntil(() -> share(PARTITIONS, first, second), first, second);
    Set<TopicPartition> had = first.assignment();
    int epoch = described().groupEpoch().orElseThrow();

    close(first);
    KafkaConsumer<String, String> again = subscribed(consumer("group.instance.id", "one"));
    pollUntil(() -> again.assignment().equals(had), again, second);

    assertThat(described().groupEpoch()).hasValue(epoch);
    KafkaConsumer<String, String> intruder = subscribed(consumer("group.instance.id", "two"));
    assertThatThrownBy(() -> pollUntil(() -> false, intruder))
        .isInstanceOf(UnreleasedInstanceIdException.class);
    close(again);
    assertThat(described().members()).as("it is waited for").hasSize(2);
    try (Admin admin = server.admin()) {
      admin
          .removeMembersFromConsumerGroup(
              "g", new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("one"))))
          .all()
          .get();
    }
    assertThat(described().members()).hasSize(1);
  }

  @Test
  void aMemberThatWasSilentJoinsAgain() {
    KafkaConsumer<String, String> first = subscribed(consumer("max.poll.interval.ms", "1500"));
    pollUntil(() -> share(PARTITIONS, first), first);
    KafkaConsumer<String, String> second = subscribed(consumer());
    // The first does not poll, and its client gives up its membership.
    pollUntil(() -> share(PARTITIONS, second), second);

    pollUntil(() -> share(PARTITIONS, first, second), first, second);
  }

  @Test
  void membersGoOnWhenTheServerStartsAgain() throws Exception {
    int port = server.port();
    KafkaConsumer<String, String> first = subscribed(consumer());
    KafkaConsumer<String, String> second = subscribed(consumer());
    pollUntil(() -> share(PARTITIONS, first, second), first, second);
    int epoch = described().groupEpoch().orElseThrow();

    server.close();
    NetConfig same = NetConfig.DEFAULT.withAddress("127.0.0.1", port);
    server = new RunningDoor(directory, same, CONFIG);
    send("t", 0, "after");
    List<String> read = new ArrayList<>();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              read.addAll(pollUntil(() -> true, first, second));
              return read.contains("after");
            });

    pollUntil(() -> share(PARTITIONS, first, second), first, second);
    assertThat(described().groupEpoch()).as("nobody was lost").hasValue(epoch);
    first.commitSync();
    second.commitSync();
  }

  // ---- topics

  @Test
  void patternsAndNewPartitionsAreFollowed() throws Exception {
    KafkaConsumer<String, String> first = consumer();
    first.subscribe(new SubscriptionPattern("x-[0-9]+"));
    try (Admin admin = server.admin()) {
      admin
          .createTopics(
              List.of(new NewTopic("x-1", 2, (short) 1), new NewTopic("x-a", 2, (short) 1)))
          .all()
          .get();
      pollUntil(() -> topics(first).equals(Set.of("x-1")), first);
      admin.createTopics(List.of(new NewTopic("x-2", 1, (short) 1))).all().get();
      pollUntil(() -> topics(first).equals(Set.of("x-1", "x-2")), first);
      admin.createPartitions(Map.of("x-2", NewPartitions.increaseTo(3))).all().get();
      pollUntil(() -> first.assignment().size() == 5, first);
      admin.deleteTopics(List.of("x-1")).all().get();
      pollUntil(() -> topics(first).equals(Set.of("x-2")), first);
    }
    KafkaConsumer<String, String> wrong = consumer("group.id", "other");
    wrong.subscribe(new SubscriptionPattern("("));
    assertThatThrownBy(() -> pollUntil(() -> false, wrong))
        .isInstanceOf(InvalidRegularExpression.class);
  }

  private static Set<String> topics(KafkaConsumer<String, String> consumer) {
    Set<String> topics = new TreeSet<>();
    consumer.assignment().forEach(each -> topics.add(each.topic()));
    return topics;
  }

  // ---- transactions

  @Test
  void offsetsAreCommittedInTransactions() throws Exception {
    send("t", 0, "in");
    KafkaConsumer<String, String> consumer = subscribed(consumer());
    List<String> read = new ArrayList<>();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              read.addAll(pollUntil(() -> true, consumer));
              return !read.isEmpty();
            });
    TopicPartition partition = new TopicPartition("t", 0);
    try (KafkaProducer<String, String> producer = server.producer("transactional.id", "tx")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.sendOffsetsToTransaction(
          Map.of(partition, new OffsetAndMetadata(1)), consumer.groupMetadata());
      producer.commitTransaction();
      assertThat(committed(consumer)).containsEntry(0, 1L);

      producer.beginTransaction();
      var stale = consumer.groupMetadata();
      KafkaConsumer<String, String> other = subscribed(consumer());
      pollUntil(() -> share(PARTITIONS, consumer, other), consumer, other);
      assertThatThrownBy(
              () ->
                  producer.sendOffsetsToTransaction(
                      Map.of(partition, new OffsetAndMetadata(2)), stale))
          .as("the member has another epoch by now")
          .isInstanceOf(org.apache.kafka.clients.consumer.CommitFailedException.class);
      producer.abortTransaction();
      assertThat(committed(consumer)).containsEntry(0, 1L);
    }
  }

  // ---- from one protocol to the other

  @Test
  void anEmptyGroupTakesTheProtocolOfTheNextMember() throws Exception {
    send("t", 0, "v");
    KafkaConsumer<String, String> first = subscribed(classic());
    pollUntil(() -> share(PARTITIONS, first), first);
    first.commitSync(Map.of(new TopicPartition("t", 0), new OffsetAndMetadata(1)));
    close(first);
    assertThat(described().type()).isEqualTo(GroupType.CLASSIC);

    KafkaConsumer<String, String> second = subscribed(consumer());
    pollUntil(() -> share(PARTITIONS, second), second);
    assertThat(committed(second)).containsEntry(0, 1L);
    assertThat(described().type()).isEqualTo(GroupType.CONSUMER);
    close(second);

    KafkaConsumer<String, String> third = subscribed(classic());
    pollUntil(() -> share(PARTITIONS, third), third);
    assertThat(committed(third)).containsEntry(0, 1L);
    assertThat(described().type()).isEqualTo(GroupType.CLASSIC);
  }

  @Test
  void aGroupIsUpgradedAndDowngradedWhileItsMembersGoOn() throws Exception {
    migrates("org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
  }

  @Test
  void soIsAGroupOfEagerMembers() throws Exception {
    migrates("org.apache.kafka.clients.consumer.RangeAssignor");
  }

  private void migrates(String assignor) throws Exception {
    String[] how = {"partition.assignment.strategy", assignor};
    KafkaConsumer<String, String> first = subscribed(classic(how));
    KafkaConsumer<String, String> second = subscribed(classic(how));
    pollUntil(() -> share(PARTITIONS, first, second), first, second);

    KafkaConsumer<String, String> third = subscribed(consumer());
    pollUntil(() -> share(PARTITIONS, first, second, third), first, second, third);
    assertThat(described().type()).isEqualTo(GroupType.CONSUMER);
    assertThat(described().members()).hasSize(3);
    first.commitSync(Map.of(first.assignment().iterator().next(), new OffsetAndMetadata(0)));
    third.commitSync(Map.of(third.assignment().iterator().next(), new OffsetAndMetadata(0)));
    KafkaConsumer<String, String> fourth = subscribed(classic(how));
    pollUntil(
        () -> fourth.assignment().size() > 0 && share(PARTITIONS, first, second, third, fourth),
        first,
        second,
        third,
        fourth);
    close(second);
    pollUntil(() -> share(PARTITIONS, first, third, fourth), first, third, fourth);

    close(third);
    pollUntil(() -> share(PARTITIONS, first, fourth), first, fourth);
    assertThat(described().type()).isEqualTo(GroupType.CLASSIC);
    assertThat(described().members()).hasSize(2);
    first.commitSync(Map.of(first.assignment().iterator().next(), new OffsetAndMetadata(0)));
  }
}
