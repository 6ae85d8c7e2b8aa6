package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.kernel.Clock;
import io.millrace.log.LogId;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.shard.Reply;
import io.millrace.server.testing.TransactionWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka's consumers see of transactions, in both isolation levels. */
@Timeout(60)
final class ReadCommittedTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);
  private static final short FETCH_VERSION = 12;
  private static final int NOT_WAITING = 0;
  private static final int LONG_MS = 30_000;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    ReadCommittedTest.<Topic>ask(
        reply -> server.broker().createTopic(TopicSpec.topic("t", 1), reply));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void aFetchOfCommittedRecordsEndsWhereAnOpenTransactionBegins() throws Exception {
    TransactionWriter producer = writer(1);
    plain("0");
    producer.send("1");
    plain("2");
    try (RawClient client = new RawClient(server.port())) {
      PartitionData committed =
          fetch(client, IsolationLevel.READ_COMMITTED, 0, NOT_WAITING, 1_000_000);
      PartitionData all = fetch(client, IsolationLevel.READ_UNCOMMITTED, 0, NOT_WAITING, 1_000_000);
      PartitionData undecided =
          fetch(client, IsolationLevel.READ_COMMITTED, 2, NOT_WAITING, 1_000_000);
      PartitionData beyond =
          fetch(client, IsolationLevel.READ_COMMITTED, 4, NOT_WAITING, 1_000_000);

      assertThat(values(committed)).containsExactly("0");
      assertThat(committed.abortedTransactions()).isEmpty();
      assertThat(values(all)).containsExactly("0", "1", "2");
      assertThat(all.abortedTransactions()).isNull();
      assertThat(List.of(committed, all, undecided))
          .allSatisfy(
              answer -> {
                assertThat(answer.highWatermark()).isEqualTo(3);
                assertThat(answer.lastStableOffset()).isEqualTo(1);
                assertThat(answer.errorCode()).isEqualTo(Errors.NONE.code());
              });
      assertThat(values(undecided)).isEmpty();
      assertThat(beyond.errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
    }
  }

  @Test
  void aLongPollOfCommittedRecordsIsAnsweredWhenTheMarkerIsDurable() throws Exception {
    TransactionWriter producer = writer(1);
    try (RawClient client = new RawClient(server.port())) {
      CompletableFuture<PartitionData> polled =
          CompletableFuture.supplyAsync(
              () -> fetch(client, IsolationLevel.READ_COMMITTED, 0, LONG_MS, 1_000_000));
      producer.send("undecided");
      plain("behind it");
      assertThat(polled).isNotDone();

      producer.commit();

      PartitionData answer = polled.get(20, TimeUnit.SECONDS);
      assertThat(values(answer)).containsExactly("undecided", "behind it");
      assertThat(answer.lastStableOffset()).isEqualTo(3);
    }
  }

  @Test
  void aLongPollOfAllRecordsDoesNotWaitForTheMarker() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      CompletableFuture<PartitionData> polled =
          CompletableFuture.supplyAsync(
              () -> fetch(client, IsolationLevel.READ_UNCOMMITTED, 0, LONG_MS, 1_000_000));
      writer(1).send("undecided");

      assertThat(values(polled.get(20, TimeUnit.SECONDS))).containsExactly("undecided");
    }
  }

  @Test
  void aFetchNamesTheAbortedTransactionsOfWhatItReads() throws Exception {
    TransactionWriter first = writer(1);
    TransactionWriter second = writer(2);
    first.send("0");
    second.send("1");
    second.abort();
    first.abort();
    first.send("4");
    first.commit();
    second.send("6");
    second.abort();
    durable(8);
    try (RawClient client = new RawClient(server.port())) {
      PartitionData whole = fetch(client, IsolationLevel.READ_COMMITTED, 0, NOT_WAITING, 1_000_000);
      PartitionData oneBatch = fetch(client, IsolationLevel.READ_COMMITTED, 0, NOT_WAITING, 1);
      PartitionData between = fetch(client, IsolationLevel.READ_COMMITTED, 4, NOT_WAITING, 1);
      PartitionData end = fetch(client, IsolationLevel.READ_COMMITTED, 6, NOT_WAITING, 1_000_000);

      assertThat(whole.abortedTransactions())
          .containsExactly(aborted(1, 0), aborted(2, 1), aborted(2, 6));
      assertThat(oneBatch.abortedTransactions()).containsExactly(aborted(1, 0));
      assertThat(between.abortedTransactions()).isEmpty();
      assertThat(end.abortedTransactions()).containsExactly(aborted(2, 6));
    }
  }

  @Test
  void aSessionIsToldOfANewStableOffset() throws Exception {
    TransactionWriter producer = writer(1);
    producer.send("0");
    durable(1);
    try (RawClient client = new RawClient(server.port())) {
      FetchResponse begun =
          fetch(client, request(IsolationLevel.READ_COMMITTED, 0, NOT_WAITING, 1_000_000, 0, 0));
      int session = begun.data().sessionId();
      FetchRequestData next =
          request(IsolationLevel.READ_COMMITTED, 0, NOT_WAITING, 1_000_000, session, 1)
              .setTopics(List.of());
      assertThat(fetch(client, next).data().responses()).as("nothing new").isEmpty();
      producer.abort();
      durable(2);

      FetchResponse told = fetch(client, next.setSessionEpoch(2));

      PartitionData answer = told.data().responses().get(0).partitions().get(0);
      assertThat(answer.lastStableOffset()).isEqualTo(2);
      assertThat(answer.abortedTransactions()).containsExactly(aborted(1, 0));
    }
  }

  @Test
  void consumersSeeWhatTheirIsolationLevelAllows() throws Exception {
    TransactionWriter first = writer(1);
    TransactionWriter second = writer(2);
    plain("a");
    first.send("b", "c");
    second.sendCompressed("x", "y");
    plain("d");
    second.abort();
    first.commit();
    second.send("e");
    second.commit();
    first.send("z");
    first.abort();
    plain("f");
    try (KafkaConsumer<String, String> committed =
            server.consumer("isolation.level", "read_committed");
        KafkaConsumer<String, String> all =
            server.consumer("isolation.level", "read_uncommitted")) {
      assertThat(read(committed, 6)).containsExactly("a", "b", "c", "d", "e", "f");
      assertThat(read(all, 9)).containsExactly("a", "b", "c", "x", "y", "d", "e", "z", "f");

      first.send("undecided");
      plain("g");
      assertThat(read(all, 2)).containsExactly("undecided", "g");
      assertThat(committed.poll(Duration.ofMillis(300))).isEmpty();
      first.commit();
      assertThat(read(committed, 2)).containsExactly("undecided", "g");
      assertThat(committed.endOffsets(List.of(PARTITION))).containsEntry(PARTITION, 16L);
    }
  }

  @Test
  void aConsumerThatBeginsInTheMiddleOfAnAbortedTransactionSkipsItsRest() throws Exception {
    TransactionWriter producer = writer(1);
    producer.send("x", "y");
    producer.send("z");
    producer.abort();
    plain("a");
    try (KafkaConsumer<String, String> consumer =
        server.consumer("isolation.level", "read_committed")) {
      for (long offset = 1; offset <= 4; offset++) {
        consumer.assign(List.of(PARTITION));
        consumer.seek(PARTITION, offset);
        assertThat(read(consumer, 1)).as("from %d", offset).containsExactly("a");
      }
    }
  }

  @Test
  void aRestartForgetsNeitherWhatWasAbortedNorWhatIsOpen() throws Exception {
    TransactionWriter first = writer(1);
    first.send("x");
    first.abort();
    plain("a");
    first.send("undecided");
    durable(4);
    server.close();
    server = new RunningDoor(directory);
    try (KafkaConsumer<String, String> consumer =
        server.consumer("isolation.level", "read_committed")) {
      assertThat(read(consumer, 1)).containsExactly("a");
      assertThat(consumer.poll(Duration.ofMillis(300))).isEmpty();

      writer(1).commit();

      assertThat(read(consumer, 1)).containsExactly("undecided");
    }
  }

  @Test
  void listsOffsetsForTheIsolationLevel() throws Exception {
    TransactionWriter producer = writer(1);
    plain("0");
    producer.send("1");
    plain("2");
    try (Admin admin = server.admin()) {
      assertThat(latest(admin, IsolationLevel.READ_COMMITTED)).isEqualTo(1);
      assertThat(latest(admin, IsolationLevel.READ_UNCOMMITTED)).isEqualTo(3);
      producer.commit();
      durable(4);
      assertThat(latest(admin, IsolationLevel.READ_COMMITTED)).isEqualTo(4);
    }
  }

  @Test
  void anUnknownIsolationLevelIsRefused() throws Exception {
    ListOffsetsRequestData request =
        new ListOffsetsRequestData()
            .setReplicaId(-1)
            .setIsolationLevel((byte) 2)
            .setTopics(
                List.of(
                    new ListOffsetsRequestData.ListOffsetsTopic()
                        .setName("t")
                        .setPartitions(
                            List.of(
                                new ListOffsetsRequestData.ListOffsetsPartition()
                                    .setPartitionIndex(0)
                                    .setTimestamp(-1)))));
    try (RawClient client = new RawClient(server.port())) {
      ListOffsetsResponse answer =
          (ListOffsetsResponse) client.ask(ApiKeys.LIST_OFFSETS, (short) 5, request);
      assertThat(answer.errorCounts()).containsOnlyKeys(Errors.INVALID_REQUEST);
    }
  }

  @Test
  void describesWhereTheOpenTransactionOfAProducerBegins() throws Exception {
    plain("0");
    TransactionWriter producer = writer(77);
    producer.send("1");
    producer.send("2");
    durable(3);
    try (Admin admin = server.admin()) {
      assertThat(described(admin).currentTransactionStartOffset()).hasValue(1);
      producer.commit();
      durable(4);
      assertThat(described(admin).currentTransactionStartOffset()).isEmpty();
    }
  }

  // ---- verbs

  private TransactionWriter writer(long producerId) throws Exception {
    return new TransactionWriter(view(), producerId, Clock.SYSTEM);
  }

  private PartitionView view() throws Exception {
    LogId id = server.broker().catalog().get("t").partition(0);
    return ask(reply -> server.broker().openPartition(id, reply));
  }

  private void durable(long end) throws Exception {
    PartitionView view = view();
    Awaitility.await().until(() -> view.highWatermark() >= end);
  }

  /** Sends outside of any transaction; everything before is durable too then. */
  private void plain(String value) throws Exception {
    try (KafkaProducer<String, String> producer = server.producer("enable.idempotence", "false")) {
      producer.send(new ProducerRecord<>("t", 0, null, value)).get();
    }
  }

  private static FetchRequestData request(
      IsolationLevel isolation,
      long offset,
      int waitMs,
      int maxBytes,
      int sessionId,
      int sessionEpoch) {
    return new FetchRequestData()
        .setMaxWaitMs(waitMs)
        .setMinBytes(1)
        .setIsolationLevel(isolation.id())
        .setSessionId(sessionId)
        .setSessionEpoch(sessionEpoch)
        .setTopics(
            List.of(
                new FetchRequestData.FetchTopic()
                    .setTopic("t")
                    .setTopicId(Uuid.ZERO_UUID)
                    .setPartitions(
                        List.of(
                            new FetchRequestData.FetchPartition()
                                .setPartition(0)
                                .setFetchOffset(offset)
                                .setPartitionMaxBytes(maxBytes)))));
  }

  private static FetchResponse fetch(RawClient client, FetchRequestData request) {
    try {
      return (FetchResponse) client.ask(ApiKeys.FETCH, FETCH_VERSION, request);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PartitionData fetch(
      RawClient client, IsolationLevel isolation, long offset, int waitMs, int maxBytes) {
    return fetch(client, request(isolation, offset, waitMs, maxBytes, 0, -1))
        .data()
        .responses()
        .get(0)
        .partitions()
        .get(0);
  }

  private static List<String> values(PartitionData answer) {
    List<String> values = new ArrayList<>();
    ((Records) answer.records())
        .batches()
        .forEach(
            batch -> {
              if (!batch.isControlBatch()) {
                for (Record record : batch) {
                  values.add(StandardCharsets.UTF_8.decode(record.value()).toString());
                }
              }
            });
    return values;
  }

  private static AbortedTransaction aborted(long producerId, long firstOffset) {
    return new AbortedTransaction().setProducerId(producerId).setFirstOffset(firstOffset);
  }

  /** The next values, so many; fails when they do not come. */
  private static List<String> read(KafkaConsumer<String, String> consumer, int count) {
    if (consumer.assignment().isEmpty()) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
    }
    List<String> values = new ArrayList<>();
    Awaitility.await()
        .until(
            () -> {
              for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(100))) {
                values.add(each.value());
              }
              return values.size() >= count;
            });
    return values;
  }

  private static long latest(Admin admin, IsolationLevel isolation) throws Exception {
    Map<TopicPartition, ListOffsetsResultInfo> found =
        admin
            .listOffsets(Map.of(PARTITION, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
            .all()
            .get();
    return Objects.requireNonNull(found.get(PARTITION)).offset();
  }

  private static ProducerState described(Admin admin) throws Exception {
    return admin
        .describeProducers(List.of(PARTITION))
        .partitionResult(PARTITION)
        .get()
        .activeProducers()
        .stream()
        .filter(state -> state.producerId() == 77)
        .findFirst()
        .orElseThrow();
  }

  private static <R> R ask(Consumer<Reply<R>> request) throws Exception {
    CompletableFuture<R> answer = new CompletableFuture<>();
    request.accept(
        new Reply<>() {
          @Override
          public void ok(R response) {
            answer.complete(response);
          }

          @Override
          public void fail(RuntimeException error) {
            answer.completeExceptionally(error);
          }
        });
    return answer.get(20, TimeUnit.SECONDS);
  }
}
