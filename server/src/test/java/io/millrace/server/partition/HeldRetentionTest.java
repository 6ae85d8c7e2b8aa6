package io.millrace.server.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.BatchBuilder;
import io.millrace.kernel.Randomness;
import io.millrace.kernel.SteppedAgents;
import io.millrace.log.AppendOptions;
import io.millrace.log.AppendResult;
import io.millrace.log.Decompressor;
import io.millrace.log.LogId;
import io.millrace.log.file.MemoryFileSystem;
import io.millrace.log.local.LocalStore;
import io.millrace.log.local.LocalStoreConfig;
import io.millrace.server.catalog.Catalog;
import io.millrace.server.catalog.CatalogConfig;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.catalog.TopicConfigs;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.shard.ShardConfig;
import io.millrace.server.shard.Shards;
import io.millrace.server.testing.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HeldRetentionTest {
  private static final int MAX_STEPS = 200_000;
  private static final long KEEP_MS = 60_000;
  private static final long CHECK_MS = 1000;

  private final SteppedAgents agents = new SteppedAgents(1, 1_700_000_000_000L);
  private final CatalogView catalog = new CatalogView(new TopicConfigs(Map.of()));
  private final PartitionDirectory directory = new PartitionDirectory();
  private Shards shards;
  private long floor;

  HeldRetentionTest() throws IOException {
    LocalStore store =
        new LocalStore(
            new MemoryFileSystem(),
            agents,
            LocalStoreConfig.small(),
            Decompressor.NONE,
            Randomness.seeded(1));
    shards =
        new Shards(
            1,
            ShardConfig.DEFAULT,
            agents.clock(),
            store,
            agents.blocking("reads", 1),
            machines -> {
              machines.add(
                  new Catalog(
                      machines.shard(),
                      CatalogConfig.DEFAULT,
                      catalog,
                      Randomness.seeded(1),
                      fresh -> {}));
              machines.add(
                  new Partitions(
                      machines.shard(),
                      store,
                      catalog,
                      directory,
                      new PartitionConfig(100, 100, 100, CHECK_MS)));
            });
  }

  @BeforeEach
  void start() {
    shards.start(agents, 1);
    agents.runUntilIdle(MAX_STEPS);
  }

  private void onPartitions(Consumer<Partitions> action) {
    shards.first().run(state -> action.accept(state.get(Partitions.class)));
    agents.runUntilIdle(MAX_STEPS);
  }

  private Topic create(TopicSpec spec) {
    Answer<Topic> created = new Answer<>();
    shards.first().handle(state -> state.get(Catalog.class).create(spec, created), created);
    agents.runUntilIdle(MAX_STEPS);
    return created.get();
  }

  private void append(LogId id) {
    BatchBuilder builder = new BatchBuilder(100);
    builder.append(agents.clock().wallMs(), null, ByteBuffer.allocate(10));
    Answer<AppendResult> answer = new Answer<>();
    onPartitions(partitions -> partitions.append(id, builder.take(), AppendOptions.CLIENT, answer));
    assertThat(answer.isOk()).isTrue();
  }

  private long start(LogId id) {
    PartitionView view = directory.find(id);
    assertThat(view).isNotNull();
    return view == null ? -1 : view.startOffset();
  }

  @Test
  void settledMessagesOfAQueueGoWhenTheyWereReplayableForLongEnough() {
    LogId id =
        create(
                TopicSpec.queue("q")
                    .withConfig(
                        Map.of(TopicConfigKeys.REPLAY_RETENTION_MS, Long.toString(KEEP_MS))))
            .partition(0);
    onPartitions(partitions -> partitions.hold(id, () -> floor));
    for (int i = 0; i < 5; i++) {
      append(id);
    }

    agents.runFor(2 * KEEP_MS, MAX_STEPS);
    assertThat(start(id)).as("nothing is settled").isZero();

    floor = 3;
    agents.runFor(2 * CHECK_MS, MAX_STEPS);
    assertThat(start(id)).as("the unsettled stay").isEqualTo(3);

    append(id);
    floor = 6;
    agents.runFor(2 * CHECK_MS, MAX_STEPS);
    assertThat(start(id)).as("the young stay").isEqualTo(5);
    agents.runFor(KEEP_MS, MAX_STEPS);
    assertThat(start(id)).isEqualTo(6);
  }

  @Test
  void aHeldTopicIsLeftAloneByTheStoresOwnRetentionUntilItIsReleased() {
    Topic topic =
        create(
            TopicSpec.topic("t")
                .withConfig(Map.of(TopicConfigKeys.RETENTION_MS, Long.toString(KEEP_MS))));
    LogId id = topic.partition(0);
    RetentionHold hold = () -> floor;
    append(id);
    PartitionView view = directory.find(id);
    assertThat(view).isNotNull();
    if (view == null) {
      return;
    }
    assertThat(view.log().config().retentionMs()).isEqualTo(KEEP_MS);

    onPartitions(partitions -> partitions.hold(id, hold));
    assertThat(view.log().config().retentionMs()).isEqualTo(-1);
    agents.runFor(3 * KEEP_MS, MAX_STEPS);
    assertThat(start(id)).isZero();

    onPartitions(partitions -> partitions.release(id, hold));
    assertThat(view.log().config().retentionMs()).isEqualTo(KEEP_MS);
  }
}
