package io.millrace.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka's clients may do, by rules that Kafka's administrators set. */
@Timeout(180)
final class AclTest {
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningSecurity server;

  @SuppressWarnings("NullAway.Init")
  private Admin root;

  @BeforeEach
  void start() throws Exception {
    server = new RunningSecurity(directory, "acl.mode", "on", "acl.super-users", "root; other");
    server.add("root");
    server.add("alice");
    root = server.admin("root");
    root.createTopics(List.of(topic("orders"), topic("orders-eu"), topic("secret"))).all().get();
  }

  @AfterEach
  void stop() {
    root.close(Duration.ofSeconds(1));
    server.close();
  }

  private static NewTopic topic(String name) {
    return new NewTopic(name, 1, (short) 1);
  }

  private static AclBinding rule(
      ResourceType type,
      String name,
      PatternType pattern,
      AclOperation operation,
      AclPermissionType permission) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:alice", "*", operation, permission));
  }

  private void allow(ResourceType type, String name, AclOperation operation) throws Exception {
    root.createAcls(
            List.of(rule(type, name, PatternType.LITERAL, operation, AclPermissionType.ALLOW)))
        .all()
        .get();
  }

  private static void assertDenied(Class<? extends Throwable> error, Callable<?> action) {
    assertThatThrownBy(action::call)
        .satisfiesAnyOf(
            e -> assertThat(e).isInstanceOf(error), e -> assertThat(e).hasCauseInstanceOf(error));
  }

  private void send(String topic) throws Exception {
    try (var producer = server.producer("alice", "max.block.ms", "10000")) {
      producer.send(new ProducerRecord<>(topic, "value")).get();
    }
  }

  private List<String> read(String topic, String group) {
    try (KafkaConsumer<String, String> consumer = server.consumer("alice", "group.id", group)) {
      consumer.subscribe(List.of(topic));
      List<String> values = new ArrayList<>();
      for (int i = 0; i < 100 && values.isEmpty(); i++) {
        for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) {
          values.add(each.value());
        }
      }
      consumer.commitSync();
      return values;
    }
  }

  @Test
  void letsProduceAndConsumeWhatIsAllowedAndNothingElse() throws Exception {
    assertDenied(
        TopicAuthorizationException.class,
        () -> {
          send("orders");
          return 0;
        });
    allow(ResourceType.TOPIC, "orders", AclOperation.WRITE);
    send("orders");
    assertDenied(
        TopicAuthorizationException.class,
        () -> {
          send("secret");
          return 0;
        });
    assertDenied(
        TopicAuthorizationException.class,
        () -> {
          send("new");
          return 0;
        });

    assertDenied(GroupAuthorizationException.class, () -> read("orders", "group"));
    allow(ResourceType.GROUP, "group", AclOperation.READ);
    // It may be seen, because it may be written to, and still not read.
    assertDenied(TopicAuthorizationException.class, () -> read("orders", "group"));
    allow(ResourceType.TOPIC, "orders", AclOperation.READ);
    assertThat(read("orders", "group")).containsExactly("value");

    assertThat(server.metrics())
        .contains("millrace_acl_denied_total{resource=\"topic\"}")
        .contains("millrace_acl_denied_total{resource=\"group\"}");

    root.close();
    server.restart();
    root = server.admin("root");
    send("orders");
    assertDenied(
        TopicAuthorizationException.class,
        () -> {
          send("secret");
          return 0;
        });
  }

  @Test
  void denyWinsAndPrefixesCount() throws Exception {
    root.createAcls(
            List.of(
                rule(
                    ResourceType.TOPIC,
                    "orders",
                    PatternType.PREFIXED,
                    AclOperation.ALL,
                    AclPermissionType.ALLOW),
                rule(
                    ResourceType.TOPIC,
                    "orders-eu",
                    PatternType.LITERAL,
                    AclOperation.WRITE,
                    AclPermissionType.DENY)))
        .all()
        .get();

    send("orders");
    send("orders-new"); // is created, because that is allowed too
    assertDenied(
        TopicAuthorizationException.class,
        () -> {
          send("orders-eu");
          return 0;
        });
    try (Admin alice = server.admin("alice")) {
      assertThat(alice.listTopics().names().get())
          .containsExactlyInAnyOrder("orders", "orders-eu", "orders-new");
      TopicDescription described =
          Objects.requireNonNull(
              alice
                  .describeTopics(
                      List.of("orders-eu"),
                      new DescribeTopicsOptions().includeAuthorizedOperations(true))
                  .allTopicNames()
                  .get()
                  .get("orders-eu"));
      assertThat(described.authorizedOperations())
          .contains(AclOperation.READ, AclOperation.DESCRIBE)
          .doesNotContain(AclOperation.WRITE);
      assertDenied(
          TopicAuthorizationException.class,
          () -> alice.describeTopics(List.of("secret")).allTopicNames().get());
      alice.deleteTopics(List.of("orders-new")).all().get();
    }
  }

  @Test
  void guardsAdministration() throws Exception {
    TopicPartition secret = new TopicPartition("secret", 0);
    try (Admin alice = server.admin("alice")) {
      Class<TopicAuthorizationException> ofTopic = TopicAuthorizationException.class;
      Class<ClusterAuthorizationException> ofCluster = ClusterAuthorizationException.class;
      assertThat(alice.listTopics().names().get()).isEmpty();
      assertDenied(ofTopic, () -> alice.createTopics(List.of(topic("mine"))).all().get());
      assertDenied(ofTopic, () -> alice.deleteTopics(List.of("secret")).all().get());
      assertDenied(
          ofTopic,
          () -> alice.createPartitions(Map.of("secret", NewPartitions.increaseTo(2))).all().get());
      ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "secret");
      assertDenied(ofTopic, () -> alice.describeConfigs(List.of(topic)).all().get());
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
      assertDenied(ofCluster, () -> alice.describeConfigs(List.of(broker)).all().get());
      assertDenied(
          ofTopic, () -> alice.listOffsets(Map.of(secret, OffsetSpec.latest())).all().get());
      assertDenied(ofCluster, () -> alice.describeLogDirs(List.of(1)).allDescriptions().get());
      assertDenied(ofCluster, () -> alice.describeAcls(AclBindingFilter.ANY).values().get());
      assertDenied(ofCluster, () -> alice.describeUserScramCredentials().all().get());
      assertThat(alice.listGroups().all().get()).isEmpty();
      assertDenied(
          GroupAuthorizationException.class,
          () -> alice.describeConsumerGroups(List.of("group")).all().get());
      assertDenied(
          GroupAuthorizationException.class,
          () -> alice.deleteConsumerGroups(List.of("group")).all().get());
      assertDenied(
          GroupAuthorizationException.class,
          () -> alice.listConsumerGroupOffsets("group").all().get());
      assertDenied(
          GroupAuthorizationException.class,
          () ->
              alice
                  .alterConsumerGroupOffsets("group", Map.of(secret, new OffsetAndMetadata(1)))
                  .all()
                  .get());
      assertThat(
              alice
                  .describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                  .authorizedOperations()
                  .get())
          .isEmpty();
    }
    assertThat(root.listTopics().names().get()).contains("secret");
  }

  @Test
  void aDeadLetterQueueIsNamedByWhoMayWriteToIt() throws Exception {
    allow(ResourceType.TOPIC, "mine", AclOperation.CREATE);
    allow(ResourceType.TOPIC, "orders", AclOperation.ALTER_CONFIGS);
    String key = "millrace.dead.letter.queue";
    ConfigResource orders = new ConfigResource(ConfigResource.Type.TOPIC, "orders");
    try (Admin alice = server.admin("alice")) {
      Function<String, Callable<?>> create =
          target ->
              () ->
                  alice
                      .createTopics(List.of(topic("mine").configs(Map.of(key, target))))
                      .all()
                      .get();
      Function<AlterConfigOp, Callable<?>> alter =
          op -> () -> alice.incrementalAlterConfigs(Map.of(orders, List.of(op))).all().get();
      AlterConfigOp toSecret = new AlterConfigOp(new ConfigEntry(key, "secret"), OpType.SET);
      Class<TopicAuthorizationException> ofTopic = TopicAuthorizationException.class;

      assertDenied(ofTopic, create.apply("secret"));
      assertDenied(ofTopic, alter.apply(toSecret));
      allow(ResourceType.TOPIC, "secret", AclOperation.READ);
      assertDenied(ofTopic, alter.apply(toSecret));
      allow(ResourceType.TOPIC, "absent", AclOperation.WRITE);
      assertDenied(ofTopic, create.apply("absent"));
      assertThat(root.listTopics().names().get()).doesNotContain("mine");
      assertThat(
              Objects.requireNonNull(root.describeConfigs(List.of(orders)).all().get().get(orders))
                  .get(key)
                  .value())
          .isEmpty();

      allow(ResourceType.TOPIC, "secret", AclOperation.WRITE);
      alter.apply(toSecret).call();
      create.apply("secret").call();
      alter.apply(new AlterConfigOp(new ConfigEntry(key, null), OpType.DELETE)).call();
    }
  }

  @Test
  void guardsTransactions() throws Exception {
    allow(ResourceType.TOPIC, "orders", AclOperation.WRITE);
    try (var producer =
        server.producer("alice", "transactional.id", "tx", "max.block.ms", "10000")) {
      assertDenied(
          TransactionalIdAuthorizationException.class,
          () -> {
            producer.initTransactions();
            return 0;
          });
    }
    allow(ResourceType.TRANSACTIONAL_ID, "tx", AclOperation.WRITE);
    try (var producer = server.producer("alice", "transactional.id", "tx")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("orders", "value")).get();
      producer.commitTransaction();
      producer.beginTransaction();
      assertDenied(
          TopicAuthorizationException.class,
          () -> producer.send(new ProducerRecord<>("secret", "value")).get());
      producer.abortTransaction();
    }
  }

  @Test
  void administersRules() throws Exception {
    AclBinding orders =
        rule(
            ResourceType.TOPIC,
            "orders",
            PatternType.LITERAL,
            AclOperation.READ,
            AclPermissionType.ALLOW);
    AclBinding group =
        rule(
            ResourceType.GROUP,
            "group-",
            PatternType.PREFIXED,
            AclOperation.READ,
            AclPermissionType.DENY);
    root.createAcls(List.of(orders, group, orders)).all().get();
    assertThat(root.describeAcls(AclBindingFilter.ANY).values().get())
        .containsExactlyInAnyOrder(orders, group);
    AclBindingFilter matching =
        new AclBindingFilter(
            new ResourcePatternFilter(ResourceType.GROUP, "group-1", PatternType.MATCH),
            AccessControlEntryFilter.ANY);
    assertThat(root.describeAcls(matching).values().get()).containsExactly(group);

    assertDenied(
        InvalidRequestException.class,
        () ->
            root.createAcls(
                    List.of(
                        rule(
                            ResourceType.CLUSTER,
                            "mine",
                            PatternType.LITERAL,
                            AclOperation.ALTER,
                            AclPermissionType.ALLOW)))
                .all()
                .get());

    assertThat(root.deleteAcls(Set.of(matching)).all().get()).containsExactly(group);
    root.close();
    server.restart();
    root = server.admin("root");
    assertThat(root.describeAcls(AclBindingFilter.ANY).values().get()).containsExactly(orders);
  }

  @Test
  void withoutRulesThereAreNoneToBeShown() throws Exception {
    server.close();
    server = new RunningSecurity(directory, "acl.mode", "off");
    try (Admin alice = server.admin("alice")) {
      assertDenied(
          SecurityDisabledException.class,
          () -> alice.describeAcls(AclBindingFilter.ANY).values().get());
      assertThat(alice.listTopics().names().get()).contains("secret");
    }
  }
}
