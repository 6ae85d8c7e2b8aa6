package io.millrace.server.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.broker.ServerCoreConfig;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.CursorStats;
import io.millrace.server.cursor.ShareCursorId;
import io.millrace.server.cursor.ShareSettings;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.testing.SteppedServer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Settings of single groups act, are kept, and are checked. */
class GroupSettingsTest {
  private SteppedServer server = new SteppedServer(31);
  private final Topic topic = server.createTopic(TopicSpec.topic("t", 1));

  private void set(String group, String name, @Nullable String value) {
    Map<String, @Nullable String> changes = new HashMap<>();
    changes.put(name, value);
    server.<Map<String, String>>ask(
        reply -> server.broker().alterGroupSettings(group, changes, false, reply));
  }

  private Optional<CursorStats> cursor(UUID cursorId) {
    return cursor(topic, cursorId);
  }

  private Optional<CursorStats> cursor(Topic of, UUID cursorId) {
    return server.ask(
        reply -> server.broker().cursors().stats(new CursorKey(of.id(), 0, cursorId), reply));
  }

  @Test
  void sessionsOfConsumersAreThoseOfTheirGroup() {
    set("g", "consumer.session.timeout.ms", "10000");
    set("g", "consumer.heartbeat.interval.ms", "1000");
    ConsumerClient set = new ConsumerClient(server, "g").subscribe("t");
    ConsumerClient other = new ConsumerClient(server, "other").subscribe("t");
    set.join();
    other.join();
    assertThat(set.intervalMs).isEqualTo(1_000);
    assertThat(other.intervalMs).isEqualTo(5_000);

    server.pass(10_001);

    assertThat(set.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    assertThat(other.heartbeat()).isEqualTo(Errors.NONE);
  }

  @Test
  void sessionsOfShareMembersAreThoseOfTheirGroup() {
    set("s", "share.session.timeout.ms", "7000");
    ShareClient client = new ShareClient(server, "s").subscribe("t");
    client.join();
    server.pass(6_999);
    assertThat(client.heartbeat()).isEqualTo(Errors.NONE);
    server.pass(7_001);
    assertThat(client.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
  }

  @Test
  void aGroupBeginsWhereItIsSetTo() {
    server.produce(topic.partition(0), "a", "b");
    server.pass(3_600_000);
    server.produce(topic.partition(0), "c");
    server.settle();
    set("early", "share.auto.offset.reset", "earliest");
    set("hour", "share.auto.offset.reset", "by_duration:PT30M");
    set("minute", "share.auto.offset.reset", "by_duration:PT0S");
    server.pass(60_000);
    for (String group : new String[] {"early", "hour", "minute"}) {
      new ShareClient(server, group).subscribe("t").join();
    }

    assertThat(cursor(ShareCursorId.of("early")).orElseThrow().floor()).isZero();
    assertThat(cursor(ShareCursorId.of("hour")).orElseThrow().floor()).isEqualTo(2);
    assertThat(cursor(ShareCursorId.of("minute")).orElseThrow().floor()).isEqualTo(3);
  }

  @Test
  void aGroupThatIsSetToAQueuesCursorHasItMadeAndDoesNotTakeItAway() {
    Topic queue = server.createTopic(TopicSpec.queue("q"));
    ShareClient client = new ShareClient(server, "s").subscribe("q");
    client.join();
    assertThat(cursor(queue, CursorKey.QUEUE)).isEmpty();

    set("s", "share.queue.cursor", "true");
    server.settle();

    assertThat(cursor(queue, CursorKey.QUEUE)).isPresent();
    client.leave();
    Errors deleted = server.ask(reply -> server.broker().groups().delete("s", reply));
    assertThat(deleted).isEqualTo(Errors.NONE);
    assertThat(cursor(queue, CursorKey.QUEUE)).isPresent();
    assertThat(cursor(queue, ShareCursorId.of("s"))).isEmpty();
  }

  @Test
  void settingsOutliveSweepsAndCrashes() {
    server =
        new SteppedServer(
            32, ServerCoreConfig.DEFAULT.withShard(new ShardConfig(16, 8, 4096, 3, 50)));
    Random random = new Random(5);
    Map<String, Integer> limits = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      String group = "g" + random.nextInt(6);
      if (random.nextInt(5) == 0) {
        set(group, "share.delivery.count.limit", null);
        limits.remove(group);
      } else {
        int limit = 1 + random.nextInt(100);
        set(group, "share.delivery.count.limit", Integer.toString(limit));
        limits.put(group, limit);
      }
      if (i % 50 == 49) {
        server.crash();
      }
    }

    for (int i = 0; i < 6; i++) {
      assertThat(server.broker().shareSettings("g" + i).maxAttempts())
          .isEqualTo(limits.getOrDefault("g" + i, ShareSettings.DEFAULT.maxAttempts()));
    }
    assertThat(server.broker().groupSettings().groups())
        .containsExactlyInAnyOrderElementsOf(limits.keySet());
  }

  @Test
  void whatIsWrongIsRefusedAsAWhole() {
    Map<String, @Nullable String> changes = new HashMap<>();
    changes.put("share.delivery.count.limit", "7");
    changes.put("share.nothing", "1");
    assertThatThrownBy(
            () ->
                server.<Map<String, String>>ask(
                    reply -> server.broker().alterGroupSettings("s", changes, false, reply)))
        .isInstanceOf(CatalogException.class)
        .hasMessageContaining("share.nothing")
        .hasMessageContaining("share.session.timeout.ms");
    assertThat(server.broker().groupSettings().of("s")).isEmpty();
    // A number in a thousand characters would be kept as it came.
    assertThatThrownBy(() -> set("s", "share.delivery.count.limit", "0".repeat(300) + "7"))
        .isInstanceOf(CatalogException.class)
        .hasMessageContaining("300");
    assertThatThrownBy(() -> set("", "share.delivery.count.limit", "7"))
        .isInstanceOf(CatalogException.class);
  }
}
