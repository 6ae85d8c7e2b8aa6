package io.millrace.server.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.batch.BatchBuilder;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.StoreFullException;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.partition.BusyException;
import io.millrace.server.partition.PartitionConfig;
import io.millrace.server.partition.PartitionUnavailableException;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The order of a new producer's batches when the first of them is refused for now. */
class HeldBackProducersTest {
  private static final int MANY = 4;

  private SteppedServer server = new SteppedServer(2);
  private LogId partition = partition();
  private long producer = producer();

  @AfterEach
  void close() {
    server.close();
  }

  private void use(ServerCoreConfig config) {
    server.close();
    server = new SteppedServer(2, config);
    partition = partition();
    producer = producer();
  }

  private LogId partition() {
    LogId id = server.createTopic(TopicSpec.topic("t", 1)).partition(0);
    server.view(id);
    return id;
  }

  private long producer() {
    return server.<Long>ask(reply -> server.broker().nextProducerId(reply));
  }

  private Answer<AppendResult> begin(int epoch, int sequence, String value) {
    BatchBuilder builder = new BatchBuilder(256);
    long nowMs = server.agents().clock().wallMs();
    builder.append(nowMs, null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    builder.setProducer(producer, (short) epoch, sequence);
    return server.begin(reply -> server.broker().produce(partition, builder.take(), reply));
  }

  private void send(int epoch, int sequence, String value) {
    Answer<AppendResult> answer = begin(epoch, sequence, value);
    server.settle();
    answer.get();
  }

  private void fill(Consumer<String> send) {
    for (int i = 0; i < MANY; i++) {
      send.accept("other");
    }
  }

  private void sendOther(String value) {
    server.<AppendResult>begin(
        reply -> server.broker().produce(partition, server.batch(value), reply));
  }

  private void refuseFirst(Class<? extends RuntimeException> reason) {
    Answer<AppendResult> first = begin(0, 5, "first");
    server.settle();
    assertThat(first.error()).isInstanceOf(reason);
  }

  /** The producer begins with sequence 5, as one whose earlier batches have expired. */
  private void firstMustComeFirst() {
    assertThatThrownBy(() -> send(0, 6, "second")).isInstanceOf(OutOfOrderSequenceException.class);
    assertThatThrownBy(() -> send(0, 7, "third")).isInstanceOf(OutOfOrderSequenceException.class);
    send(0, 5, "first");
    send(0, 6, "second");
    assertThat(server.values(partition)).endsWith("first", "second").doesNotContain("third");
  }

  @Test
  void aFullDisk() {
    fillDisk();
    refuseFirst(StoreFullException.class);
    emptyDisk();

    firstMustComeFirst();
  }

  private void fillDisk() {
    server.files().setCapacity(server.files().usedBytes());
    server.pass(5000);
  }

  @Test
  void aBusyShard() {
    ServerCoreConfig config = ServerCoreConfig.DEFAULT;
    use(
        new ServerCoreConfig(
            1,
            1,
            MANY,
            config.shard(),
            config.catalog(),
            config.partition(),
            config.group(),
            config.producer(),
            config.cursor(),
            config.transaction()));
    fill(this::sendOther);
    refuseFirst(BusyException.class);

    firstMustComeFirst();
  }

  @Test
  void aPartitionWithTooMuchInFlight() {
    PartitionConfig partitions = PartitionConfig.DEFAULT;
    use(
        ServerCoreConfig.DEFAULT.withPartition(
            new PartitionConfig(
                MANY,
                partitions.maxWaiters(),
                partitions.reopenDelayMs(),
                partitions.retentionCheckMs())));
    fill(this::sendOther);
    refuseFirst(BusyException.class);

    firstMustComeFirst();
  }

  @Test
  void anUnavailablePartition() {
    server.takeOver(partition);
    sendOther("finds out");
    server.settle();
    refuseFirst(PartitionUnavailableException.class);
    server.pass(1100);

    firstMustComeFirst();
  }

  private void emptyDisk() {
    server.files().setCapacity(Long.MAX_VALUE);
    server.pass(5000);
  }

  @Test
  void whatComesLateFromAnEarlierEpochLetsNothingPass() {
    fillDisk();
    assertThatThrownBy(() -> send(1, 0, "first")).isInstanceOf(StoreFullException.class);
    assertThatThrownBy(() -> send(0, 9, "late")).isInstanceOf(StoreFullException.class);
    emptyDisk();

    assertThatThrownBy(() -> send(1, 1, "second")).isInstanceOf(OutOfOrderSequenceException.class);
    send(1, 0, "first");
    send(1, 1, "second");
    assertThat(server.values(partition)).containsExactly("first", "second");
  }

  @Test
  void aProducerMaySendAgainFromFurtherBack() {
    send(0, 5, "zeroth");
    fillDisk();
    assertThatThrownBy(() -> send(0, 6, "first")).isInstanceOf(StoreFullException.class);
    emptyDisk();

    send(0, 5, "zeroth");
    assertThatThrownBy(() -> send(0, 7, "second")).isInstanceOf(OutOfOrderSequenceException.class);
    send(0, 6, "first");
    send(0, 7, "second");
    assertThat(server.values(partition)).containsExactly("zeroth", "first", "second");
  }

  @Test
  void aProducerThatGaveUpBeginsANewEpoch() {
    fillDisk();
    refuseFirst(StoreFullException.class);
    emptyDisk();

    send(1, 0, "new epoch");
    send(1, 1, "and on");
    assertThat(server.values(partition)).containsExactly("new epoch", "and on");
  }
}
