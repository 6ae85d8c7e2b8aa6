package io.millrace.server.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.log.TimestampOffset;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.partition.Isolation;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.testing.SteppedServer;
import io.millrace.server.testing.TransactionWriter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How far a partition with an open transaction can be read. */
class UndecidedRecordsTest {
  private final SteppedServer server = new SteppedServer(4);
  private final LogId partition = server.createTopic(TopicSpec.topic("t", 1)).partition(0);
  private final PartitionView view = server.view(partition);
  private final TransactionWriter producer =
      new TransactionWriter(view, 1, server.agents().clock());

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void whoReadsCommittedRecordsIsWokenByTheMarker() {
    AtomicInteger committed = new AtomicInteger();
    AtomicInteger all = new AtomicInteger();
    view.await(0, Isolation.READ_COMMITTED, committed::incrementAndGet);
    view.await(0, Isolation.READ_UNCOMMITTED, all::incrementAndGet);
    producer.send("a");
    server.produce(partition, "b");
    assertThat(all).hasValue(1);
    assertThat(committed).hasValue(0);

    producer.commit();
    server.settle();

    assertThat(committed).hasValue(1);
    assertThat(view.end(Isolation.READ_COMMITTED)).isEqualTo(3);
  }

  @Test
  void whoReadsCommittedRecordsIsWokenWhenTheTopicGoes() {
    AtomicInteger woken = new AtomicInteger();
    view.await(0, Isolation.READ_COMMITTED, woken::incrementAndGet);

    server.<Topic>ask(reply -> server.broker().deleteTopic(partition.group(), reply));
    server.settle();

    assertThat(woken).hasValue(1);
  }

  @Test
  void thePartitionEndsWhereTheFirstOpenTransactionBegins() {
    server.produce(partition, "a");
    producer.send("b");
    TransactionWriter other = new TransactionWriter(view, 2, server.agents().clock());
    other.send("c");
    server.settle();
    assertThat(view.highWatermark()).isEqualTo(3);
    assertThat(view.lastStableOffset()).isEqualTo(1);

    producer.abort();
    server.settle();
    assertThat(view.lastStableOffset()).isEqualTo(2);
    other.commit();
    server.settle();
    assertThat(view.lastStableOffset()).isEqualTo(5);
  }

  @Test
  void noUndecidedRecordIsFoundByItsTime() {
    long firstMs = server.agents().clock().wallMs();
    server.produce(partition, "a");
    server.pass(1000);
    producer.send("b");
    server.settle();

    assertThat(committed(OffsetLookup.LATEST)).contains(1L);
    assertThat(committed(OffsetLookup.EARLIEST)).contains(0L);
    assertThat(committed(firstMs)).contains(0L);
    assertThat(committed(firstMs + 1)).isEmpty();
    assertThat(committed(OffsetLookup.MAX_TIMESTAMP)).isEmpty();
    assertThat(found(firstMs + 1, Isolation.READ_UNCOMMITTED)).contains(1L);
    assertThat(found(OffsetLookup.LATEST, Isolation.READ_UNCOMMITTED)).contains(2L);

    producer.commit();
    server.settle();
    assertThat(committed(firstMs + 1)).contains(1L);
    assertThat(committed(OffsetLookup.LATEST)).contains(3L);
  }

  private Optional<Long> committed(long timestampMs) {
    return found(timestampMs, Isolation.READ_COMMITTED);
  }

  private Optional<Long> found(long timestampMs, Isolation isolation) {
    return server
        .<Optional<TimestampOffset>>ask(
            reply -> server.broker().listOffset(partition, timestampMs, isolation, reply))
        .map(TimestampOffset::offset);
  }
}
