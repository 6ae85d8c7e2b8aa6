package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.catalog.Topic;
import io.millrace.server.testing.SteppedServer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.FetchSessionHandler;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.requests.FetchRequest;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.utils.internals.LogContext;

/**
 * A Kafka consumer that reads a topic as it is written, with long polls and the fetch sessions of
 * Kafka's own client (KIP-227). It gets every record in its order, and none that is not there after
 * a crash.
 */
final class KafkaReadingFlow implements Flow {
  private static final short VERSION = 12;
  private static final int MOST_BYTES = 512;

  private static final Set<Errors> RETRIABLE =
      EnumSet.of(
          Errors.NOT_LEADER_OR_FOLLOWER, Errors.KAFKA_STORAGE_ERROR, Errors.REQUEST_TIMED_OUT);

  private final SteppedServer server;
  private final Random random;
  private final Topic topic;
  private final List<BatchWindow> senders;
  private final long[] positions;
  private final KafkaLink link;
  private FetchSessionHandler session;
  private boolean polling;

  /**
   * @param senders all that is sent to the topic, one for each partition, in their order
   */
  KafkaReadingFlow(
      SteppedServer server, Random random, Doors doors, Topic topic, List<BatchWindow> senders) {
    this.server = server;
    this.random = random;
    this.topic = topic;
    this.senders = senders;
    this.positions = new long[senders.size()];
    this.link = new KafkaLink(doors);
    this.session = newSession();
  }

  private static FetchSessionHandler newSession() {
    return new FetchSessionHandler(new LogContext(), 1);
  }

  @Override
  public void act() {
    if (link.hasSocket() && random.nextInt(30) == 0) {
      breakSocket();
    } else {
      poll(random.nextInt(400));
    }
  }

  private void breakSocket() {
    link.giveUp();
    lost();
  }

  private void lost() {
    if (polling) {
      session.handleError(DisconnectException.INSTANCE);
    }
    if (random.nextInt(4) == 0) {
      session = newSession();
    }
    polling = false;
  }

  private void poll(int waitMs) {
    if (polling) {
      return;
    }
    if (!link.hasSocket()) {
      link.connect();
    }
    FetchSessionHandler.Builder builder = session.newBuilder();
    for (int partition = 0; partition < positions.length; partition++) {
      builder.add(
          new TopicPartition(topic.name(), partition),
          new FetchRequest.PartitionData(
              Uuid.ZERO_UUID, positions[partition], 0, MOST_BYTES, Optional.empty()));
    }
    FetchSessionHandler.FetchRequestData data = builder.build();
    FetchRequest request =
        FetchRequest.Builder.forConsumer(
                VERSION, waitMs, random.nextInt(4) == 0 ? MOST_BYTES : 1, data.toSend())
            .metadata(data.metadata())
            .removed(data.toForget())
            .replaced(data.toReplace())
            .build(VERSION);
    polling = true;
    FetchSessionHandler asked = session;
    link.ask(
        ApiKeys.FETCH,
        VERSION,
        request.data(),
        bytes -> {
          polling = false;
          FetchResponse response = FetchResponse.parse(bytes, VERSION);
          if (asked.handleResponse(response, VERSION)) {
            response.responseData(Map.of(), VERSION).forEach(this::take);
          } else {
            assertThat(response.error())
                .as("fetch session")
                .isIn(Errors.FETCH_SESSION_ID_NOT_FOUND, Errors.INVALID_FETCH_SESSION_EPOCH);
          }
        });
  }

  private void take(TopicPartition of, PartitionData answer) {
    int partition = of.partition();
    Errors error = Errors.forCode(answer.errorCode());
    if (error != Errors.NONE) {
      assertThat(error).as("partition %d", partition).isIn(RETRIABLE);
      return;
    }
    for (Record record : FetchResponse.recordsOrFail(answer).records()) {
      if (record.offset() >= positions[partition]) {
        assertThat(record.offset()).as("no gap in %s", of).isEqualTo(positions[partition]);
        assertThat(StandardCharsets.UTF_8.decode(record.value()).toString())
            .as("record of %s", of)
            .isEqualTo(senders.get(partition).text(positions[partition]));
        positions[partition]++;
      }
    }
    assertThat(answer.highWatermark())
        .as("high watermark of %s", of)
        .isGreaterThanOrEqualTo(positions[partition]);
  }

  @Override
  public void hear() {
    boolean had = link.hasSocket();
    link.hear();
    if (had && !link.hasSocket()) {
      lost();
    }
  }

  @Override
  public void comeBack() {
    breakSocket();
  }

  @Override
  public void check(String where) {
    for (int partition = 0; partition < positions.length; partition++) {
      assertThat((long) server.values(topic.partition(partition)).size())
          .as("%s: what was read of partition %d is there", where, partition)
          .isGreaterThanOrEqualTo(positions[partition]);
    }
  }

  @Override
  public boolean finish() {
    poll(0);
    for (int partition = 0; partition < positions.length; partition++) {
      BatchWindow sender = senders.get(partition);
      if (!sender.isEmpty() || positions[partition] < sender.acknowledged()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "Kafka consumer at " + Arrays.toString(positions) + ", " + link;
  }
}
