package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many requests on one connection before the first answer is read. */
@Timeout(60)
final class PipeliningTest {
  private static final short VERSION = 9;
  private static final short FETCH_VERSION = 11;
  private static final short FLEXIBLE_HEADER = 1;
  private static final short OLD_HEADER = 0;
  private static final int MANY = 500;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (RawClient client = new RawClient(server.port())) {
      client.send(new MetadataRequest.Builder(List.of("t"), true).build(VERSION), 0);
      client.receive(0, FLEXIBLE_HEADER);
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void appendsAndAnswersInTheOrderOfTheRequests() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      for (int i = 0; i < MANY; i++) {
        client.send(produce("value " + i), i);
      }
      for (int i = 0; i < MANY; i++) {
        var answer = ProduceResponse.parse(client.receive(i, FLEXIBLE_HEADER), VERSION).data();
        var partition = answer.responses().iterator().next().partitionResponses().get(0);
        assertThat(partition.errorCode()).isZero();
        assertThat(partition.baseOffset()).isEqualTo(i);
      }
    }
  }

  @Test
  void startsOtherRequestsWhenEarlierOnesAreAnswered() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(produce("first"), 1);
      client.send(fetch(0), 2);
      client.send(produce("second"), 3);
      client.send(fetch(0), 4);

      client.receive(1, FLEXIBLE_HEADER);
      assertThat(recordsIn(client, 2)).isEqualTo(1);
      client.receive(3, FLEXIBLE_HEADER);
      assertThat(recordsIn(client, 4)).isEqualTo(2);
    }
  }

  @Test
  void forgetsLongPollsWhoseClientsAreGone() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(fetch(0), 1);
      await().until(() -> server.registry().get("millrace.requests.memory").gauge().value() > 0);
    }

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> server.registry().get("millrace.requests.memory").gauge().value() == 0);
  }

  @Test
  void answersLongPollsWhenItStops() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(fetch(0), 1);
      await().until(() -> server.registry().get("millrace.requests.memory").gauge().value() > 0);

      server.stopListening();

      assertThat(recordsIn(client, 1)).isZero();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void answersWhatCameBeforeAnAnnouncementOfTwoGigabytes() throws Exception {
    answersWhatCameBefore(ByteBuffer.allocate(Integer.BYTES).putInt(Integer.MAX_VALUE).array());
  }

  @Test
  void answersWhatCameBeforeARequestThatIsNotServed() throws Exception {
    byte[] unknown =
        RawClient.bytes(
            out -> {
              out.writeInt(10);
              out.writeShort(500);
              out.writeShort(0);
              out.writeInt(1);
              out.writeShort(-1);
            });
    answersWhatCameBefore(unknown);
  }

  /** All of it comes at once, and so do the bad bytes. */
  private void answersWhatCameBefore(byte[] bad) throws Exception {
    byte[] good =
        RawClient.bytes(
            out -> {
              for (int i = 1; i <= 3; i++) {
                byte[] frame = RawClient.frame(i == 2 ? fetch(1) : produce("value " + i), i);
                out.writeInt(frame.length);
                out.write(frame);
              }
              out.write(bad);
            });
    double refusedBefore = refused();
    try (RawClient client = new RawClient(server.port());
        RawClient bystander = new RawClient(server.port())) {
      client.sendRaw(good);

      assertThat(offsetIn(client, 1)).isZero();
      assertThat(recordsIn(client, 2)).as("the long poll behind which others wait").isZero();
      assertThat(offsetIn(client, 3)).isEqualTo(1);
      assertThat(client.isClosedByServer()).isTrue();
      bystander.send(produce("another's"), 4);
      assertThat(offsetIn(bystander, 4)).isEqualTo(2);
    }
    assertThat(refused()).isEqualTo(refusedBefore + 1);
    await().until(() -> server.registry().get("millrace.requests.memory").gauge().value() == 0);
  }

  @Test
  void hurriesALongPollThatNothingButBadBytesFollows() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      client.send(fetch(0), 1);
      client.sendRaw(ByteBuffer.allocate(Integer.BYTES).putInt(-1).array());

      assertThat(recordsIn(client, 1)).isZero();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  private double refused() {
    return server.registry().get("millrace.connections.refused").counter().count();
  }

  private static long offsetIn(RawClient client, int correlationId) throws Exception {
    var answer =
        ProduceResponse.parse(client.receive(correlationId, FLEXIBLE_HEADER), VERSION).data();
    var partition = answer.responses().iterator().next().partitionResponses().get(0);
    assertThat(partition.errorCode()).isZero();
    return partition.baseOffset();
  }

  private static int recordsIn(RawClient client, int correlationId) throws Exception {
    var answer =
        FetchResponse.parse(client.receive(correlationId, OLD_HEADER), FETCH_VERSION).data();
    assertThat(answer.errorCode()).isZero();
    int count = 0;
    for (var topic : answer.responses()) {
      for (var partition : topic.partitions()) {
        for (var batch : ((MemoryRecords) partition.records()).batches()) {
          count += batch.countOrNull();
        }
      }
    }
    return count;
  }

  private static FetchRequest fetch(long offset) {
    FetchRequestData data =
        new FetchRequestData()
            .setMaxWaitMs(50_000)
            .setMinBytes(1)
            .setTopics(
                List.of(
                    new FetchRequestData.FetchTopic()
                        .setTopic("t")
                        .setPartitions(
                            List.of(
                                new FetchRequestData.FetchPartition()
                                    .setPartition(0)
                                    .setFetchOffset(offset)
                                    .setPartitionMaxBytes(1 << 20)))));
    return new FetchRequest(data, FETCH_VERSION);
  }

  private static ProduceRequest produce(String value) {
    return new ProduceRequest(
        KafkaRequests.produce("t", KafkaRequests.records(value.getBytes(StandardCharsets.UTF_8))),
        VERSION);
  }
}
