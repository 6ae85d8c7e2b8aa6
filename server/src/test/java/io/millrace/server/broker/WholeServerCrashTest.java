package io.millrace.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.BatchBuilder;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.group.OffsetCommits;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients create and delete topics, send with idempotence and commit offsets while the server dies
 * at any step, by a kill or a power loss. A model of what was acknowledged is held against what is
 * there. State logs are swept all the time.
 */
class WholeServerCrashTest {
  private static final int ROUNDS = 200;
  private static final int PARTITIONS = 3;

  private static final ServerCoreConfig CONFIG =
      ServerCoreConfig.DEFAULT.withShard(new ShardConfig(16, 8, 2048, 3, 50));

  /** One producer of one partition, which sends a batch until it is acknowledged. */
  private static final class Producer {
    final LogId partition;
    final long id;
    final List<String> acknowledged = new ArrayList<>();
    Answer<AppendResult> sending = new Answer<>();
    boolean inFlight;

    Producer(LogId partition, long id) {
      this.partition = partition;
      this.id = id;
    }

    String next() {
      return partition + " " + acknowledged.size();
    }

    ByteBuffer batch(long nowMs) {
      BatchBuilder builder = new BatchBuilder(128);
      builder.append(nowMs, null, ByteBuffer.wrap(next().getBytes(StandardCharsets.UTF_8)));
      builder.setProducer(id, (short) 0, acknowledged.size());
      return builder.take();
    }
  }

  private final Map<String, Topic> topics = new TreeMap<>();
  private final Map<String, Long> committed = new HashMap<>();
  private final List<Producer> producers = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whatWasAcknowledgedIsThereOnceAndInOrder(int seed) {
    Random random = new Random(seed);
    try (SteppedServer server = new SteppedServer(seed, CONFIG)) {
      for (int round = 0; round < ROUNDS; round++) {
        act(server, random);
        for (int steps = random.nextInt(40); steps > 0; steps--) {
          server.step();
        }
        hearAnswers();
        if (random.nextInt(12) == 0) {
          if (random.nextBoolean()) {
            server.crash();
          } else {
            server.kill();
          }
          hearAnswers();
          // What was in flight is not known: it is sent again.
          producers.forEach(producer -> producer.inFlight = false);
          check(server, "seed " + seed + " round " + round);
        }
      }
      server.pass(1000);
      hearAnswers();
      check(server, "seed " + seed + " at the end");
    }
  }

  private void act(SteppedServer server, Random random) {
    int choice = random.nextInt(20);
    if (topics.isEmpty() || choice == 0) {
      create(server, "topic-" + random.nextInt(1000));
    } else if (choice == 1 && topics.size() > 2) {
      delete(server, topics.keySet().iterator().next());
    } else if (choice < 5) {
      Producer producer = producers.get(random.nextInt(producers.size()));
      commit(server, producer.partition, "group-" + random.nextInt(5), random.nextInt(1000));
    } else {
      send(server, producers.get(random.nextInt(producers.size())));
    }
  }

  private void create(SteppedServer server, String name) {
    if (topics.containsKey(name)) {
      return;
    }
    Topic topic = server.createTopic(TopicSpec.topic(name, PARTITIONS));
    topics.put(name, topic);
    for (int index = 0; index < PARTITIONS; index++) {
      long id = server.<Long>ask(reply -> server.broker().nextProducerId(reply));
      producers.add(new Producer(topic.partition(index), id));
    }
  }

  private void delete(SteppedServer server, String name) {
    Topic topic = topics.get(name);
    if (topic != null) {
      server.<Topic>ask(reply -> server.broker().deleteTopic(topic.id(), reply));
      topics.remove(name);
      producers.removeIf(producer -> producer.partition.group().equals(topic.id()));
      committed.keySet().removeIf(key -> key.contains(topic.id().toString()));
    }
  }

  private void send(SteppedServer server, Producer producer) {
    if (!producer.inFlight) {
      producer.inFlight = true;
      producer.sending =
          server.begin(
              r ->
                  server
                      .broker()
                      .produce(
                          producer.partition, producer.batch(server.agents().clock().wallMs()), r));
    }
  }

  private void commit(SteppedServer server, LogId partition, String group, long offset) {
    String topic =
        topics.values().stream()
            .filter(each -> each.id().equals(partition.group()))
            .findFirst()
            .orElseThrow()
            .name();
    OffsetCommitResponseData answer =
        server.ask(
            r ->
                server
                    .broker()
                    .groups()
                    .commit(
                        OffsetCommits.request(group, topic, partition.index(), offset),
                        OffsetCommits.VERSION,
                        r));
    assertThat(answer.topics().get(0).partitions().get(0).errorCode()).isZero();
    committed.put(group + " " + partition, offset);
  }

  private void hearAnswers() {
    for (Producer producer : producers) {
      if (producer.inFlight && producer.sending.isDone()) {
        producer.inFlight = false;
        if (producer.sending.isOk()) {
          assertThat(producer.sending.get().baseOffset()).isEqualTo(producer.acknowledged.size());
          producer.acknowledged.add(producer.next());
        }
      }
    }
  }

  private void check(SteppedServer server, String when) {
    assertThat(server.broker().catalog().topics())
        .as(when)
        .containsExactlyInAnyOrderElementsOf(topics.values());
    for (Producer producer : producers) {
      List<String> kept = server.values(producer.partition);
      List<String> expected = new ArrayList<>(producer.acknowledged);
      if (kept.size() > expected.size()) {
        // The one batch that was on its way.
        expected.add(producer.next());
      }
      assertThat(kept).as(when).isEqualTo(expected);
    }
    committed.forEach(
        (key, offset) -> {
          String group = key.substring(0, key.indexOf(' '));
          Topic topic =
              topics.values().stream()
                  .filter(each -> key.contains(each.id().toString()))
                  .findFirst()
                  .orElseThrow();
          int index = Integer.parseInt(key.substring(key.lastIndexOf('-') + 1));
          assertThat(OffsetCommits.committed(server, group, topic.name(), index))
              .as("%s, %s", when, key)
              .isEqualTo(offset);
        });
  }
}
