package io.millrace.server.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.Durability;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.CatalogException.Reason;
import io.millrace.server.catalog.CatalogListener;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.catalog.TopicKind;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
  private final SteppedServer server = new SteppedServer(1);

  private static void assertRefused(Reason reason, Runnable request) {
    AbstractThrowableAssert<?, ?> refusal = assertThatThrownBy(request::run);
    refusal.isInstanceOfSatisfying(
        CatalogException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void aCreatedTopicIsThereAfterACrash() {
    Topic created =
        server.createTopic(
            TopicSpec.topic("orders", 3).withConfig(Map.of(TopicConfigKeys.RETENTION_MS, "5000")));
    UUID cluster = server.broker().catalog().clusterId();

    server.crash();

    assertThat(server.broker().catalog().find("orders")).isEqualTo(created);
    assertThat(server.broker().catalog().find(created.id())).isEqualTo(created);
    assertThat(server.broker().catalog().clusterId()).isEqualTo(cluster);
  }

  @Test
  void aTopicThatWasShownSurvivesACrashInTheSameStep() {
    server.<Topic>begin(reply -> server.broker().createTopic(TopicSpec.queue("q"), reply));
    while (server.broker().catalog().find("q") == null) {
      server.step();
    }

    server.crash();

    assertThat(server.broker().catalog().find("q")).isNotNull();
  }

  @Test
  void twoTopicsCannotHaveOneName() {
    server.createTopic(TopicSpec.topic("t"));

    assertRefused(Reason.TOPIC_EXISTS, () -> server.createTopic(TopicSpec.queue("t")));
  }

  @Test
  void ensuringATopicTwiceAtOnceMakesOne() {
    Answer<Topic> first =
        server.begin(reply -> server.broker().ensureTopic(TopicSpec.queue("q"), reply));
    Answer<Topic> second =
        server.begin(reply -> server.broker().ensureTopic(TopicSpec.topic("q", 5), reply));
    server.settle();

    assertThat(first.get()).isEqualTo(second.get());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "ünicode", "slash/ed", "a\u0000"})
  void illegalNamesAreRefused(String name) {
    assertRefused(Reason.INVALID_NAME, () -> server.createTopic(TopicSpec.topic(name)));
  }

  @Test
  void aNameMayHave249CharactersAndNoMore() {
    server.createTopic(TopicSpec.topic("x".repeat(249)));

    assertRefused(Reason.INVALID_NAME, () -> server.createTopic(TopicSpec.topic("x".repeat(250))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "retention.ms=soon",
        "cleanup.policy=compress",
        "cleanup.policy=",
        "cleanup.policy=compact,compact",
        "min.cleanable.dirty.ratio=1.1",
        "segment.bytes=0",
        "millrace.durability=maybe",
        "no.such.setting=1"
      })
  void settingsThatAreWrongAreRefused(String setting) {
    String[] parts = setting.split("=", 2);

    assertRefused(
        Reason.INVALID_CONFIG,
        () -> server.createTopic(TopicSpec.topic("t").withConfig(Map.of(parts[0], parts[1]))));
  }

  @Test
  void settingsBecomeTheLogsConfiguration() {
    Topic topic =
        server.createTopic(
            TopicSpec.topic("t")
                .withConfig(
                    Map.of(
                        TopicConfigKeys.DURABILITY, "os",
                        TopicConfigKeys.RETENTION_MS, "1000",
                        TopicConfigKeys.MAX_MESSAGE_BYTES, "2000")));
    assertThat(server.view(topic.partition(0)).log().config().durability())
        .isEqualTo(Durability.OS);

    Map<String, @Nullable String> changes = new HashMap<>();
    changes.put(TopicConfigKeys.RETENTION_MS, "7777");
    changes.put(TopicConfigKeys.DURABILITY, null);
    server.<Topic>ask(reply -> server.broker().alterTopicConfig(topic.id(), changes, reply));

    assertThat(server.view(topic.partition(0)).log().config().durability())
        .isEqualTo(Durability.FSYNC);
    assertThat(server.view(topic.partition(0)).log().config().retentionMs()).isEqualTo(7777);
    assertThat(server.view(topic.partition(0)).log().config().maxBatchBytes()).isEqualTo(2000);
  }

  @Test
  void partitionsGrowAndNeverShrink() {
    Topic topic = server.createTopic(TopicSpec.topic("t", 2));

    Topic grown = server.ask(reply -> server.broker().createPartitions(topic.id(), 5, reply));

    assertThat(grown.partitions()).isEqualTo(5);
    server.produce(grown.partition(4), "in the new one");
    assertRefused(
        Reason.INVALID_PARTITIONS,
        () -> server.<Topic>ask(r -> server.broker().createPartitions(topic.id(), 5, r)));
    server.crash();
    assertThat(server.broker().catalog().get("t").partitions()).isEqualTo(5);
  }

  @Test
  void aDeletedTopicTakesItsLogsAlong() {
    Topic topic = server.createTopic(TopicSpec.topic("t", 4));
    for (int index = 0; index < 4; index++) {
      server.produce(topic.partition(index), "x");
    }

    server.<Topic>ask(reply -> server.broker().deleteTopic(topic.id(), reply));
    server.settle();

    assertThat(server.broker().catalog().find("t")).isNull();
    assertThat(server.store().logs()).noneMatch(id -> id.group().equals(topic.id()));
    assertRefused(Reason.UNKNOWN_TOPIC, () -> server.produce(topic.partition(0), "late"));
    server.crash();
    assertThat(server.broker().catalog().find("t")).isNull();
  }

  @Test
  void aDeletionThatACrashInterruptedIsCompletedAtTheNextStart() {
    Topic topic = server.createTopic(TopicSpec.topic("t", 4));
    for (int index = 0; index < 4; index++) {
      server.produce(topic.partition(index), "x");
    }
    Answer<Topic> deleted = server.begin(reply -> server.broker().deleteTopic(topic.id(), reply));
    while (!deleted.isDone()) {
      server.step();
    }

    server.crash();

    assertThat(server.broker().catalog().find("t")).isNull();
    assertThat(server.store().logs()).noneMatch(id -> id.group().equals(topic.id()));
  }

  @Test
  void aNameCanBeUsedAgainWithAnotherId() {
    Topic first = server.createTopic(TopicSpec.topic("t"));
    server.produce(first.partition(0), "old");
    server.<Topic>ask(reply -> server.broker().deleteTopic(first.id(), reply));

    Topic second = server.createTopic(TopicSpec.topic("t"));

    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(server.values(second.partition(0))).isEmpty();
  }

  @Test
  void listenersHearOfEveryChangeInOrder() {
    List<String> heard = new ArrayList<>();
    server
        .broker()
        .catalog()
        .addListener(
            new CatalogListener() {
              @Override
              public void onCreated(Topic topic) {
                heard.add("created " + topic.name());
              }

              @Override
              public void onChanged(Topic before, Topic after) {
                heard.add(before.partitions() + " to " + after.partitions());
              }

              @Override
              public void onDeleted(Topic topic) {
                heard.add("deleted " + topic.name());
              }
            });

    Topic topic = server.createTopic(TopicSpec.topic("t"));
    server.<Topic>ask(reply -> server.broker().createPartitions(topic.id(), 2, reply));
    server.<Topic>ask(reply -> server.broker().deleteTopic(topic.id(), reply));

    assertThat(heard).containsExactly("created t", "1 to 2", "deleted t");
  }

  @Test
  void temporaryQueuesKeepTheirOwnerAndNeedNoDisk() {
    Topic topic =
        server.createTopic(TopicSpec.temporary("tmp-1", TopicKind.TEMPORARY_QUEUE, "connection-7"));

    assertThat(topic.owner()).isEqualTo("connection-7");
    assertThat(server.broker().catalog().configs().durability(topic)).isEqualTo(Durability.MEMORY);
    assertThat(server.produce(topic.partition(0), "x").nextOffset()).isEqualTo(1);
  }

  @Test
  void validatingChangesNothing() {
    Topic would =
        server.ask(reply -> server.broker().validateTopic(TopicSpec.topic("t", 3), reply));

    assertThat(would.partitions()).isEqualTo(3);
    assertThat(server.broker().catalog().find("t")).isNull();
    assertRefused(
        Reason.INVALID_NAME,
        () -> server.<Topic>ask(r -> server.broker().validateTopic(TopicSpec.topic("?"), r)));
  }

  @Test
  void producerIdsAreNeverGivenTwice() {
    List<Long> given = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 1500; i++) {
        given.add(server.<Long>ask(reply -> server.broker().nextProducerId(reply)));
      }
      server.crash();
    }

    assertThat(given).doesNotHaveDuplicates().allMatch(id -> id >= 0);
  }
}
