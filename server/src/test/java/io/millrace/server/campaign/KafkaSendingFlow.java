package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.campaign.BatchWindow.Batch;
import io.millrace.server.catalog.Topic;
import io.millrace.server.testing.SteppedServer;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.InitProducerIdResponse;
import org.apache.kafka.common.requests.ProduceResponse;

/** An idempotent Kafka producer that sends to one partition, several batches at a time. */
final class KafkaSendingFlow implements Flow {
  private static final short PRODUCE_VERSION = 11;
  private static final short ID_VERSION = 4;

  /** After which a producer sends the same again. */
  private static final Set<Errors> RETRIABLE =
      EnumSet.of(
          Errors.NOT_LEADER_OR_FOLLOWER,
          Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
          Errors.KAFKA_STORAGE_ERROR,
          Errors.REQUEST_TIMED_OUT,
          Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);

  /** After which it asks for its id again. */
  private static final Set<Errors> NO_ID_YET =
      EnumSet.of(Errors.COORDINATOR_NOT_AVAILABLE, Errors.KAFKA_STORAGE_ERROR);

  private final Random random;
  private final String topic;
  private final BatchWindow window;
  private final KafkaLink link;
  private boolean askedForId;

  KafkaSendingFlow(SteppedServer server, Random random, Doors doors, Topic topic, int partition) {
    this.random = random;
    this.topic = topic.name();
    this.window = new BatchWindow(server, random, topic.partition(partition));
    this.link = new KafkaLink(doors);
  }

  BatchWindow window() {
    return window;
  }

  @Override
  public void act() {
    if (link.hasSocket() && random.nextInt(30) == 0) {
      breakSocket();
    } else {
      window.fill();
      go();
    }
  }

  private void breakSocket() {
    link.giveUp();
    lost();
  }

  private void lost() {
    window.lost();
    askedForId = false;
  }

  private void go() {
    if (!link.hasSocket()) {
      lost();
      link.connect();
    }
    if (window.hasProducerId()) {
      window.toSend().forEach(this::send);
    } else if (!askedForId) {
      askedForId = true;
      link.ask(
          ApiKeys.INIT_PRODUCER_ID,
          ID_VERSION,
          new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(1000),
          bytes -> {
            askedForId = false;
            var answer = InitProducerIdResponse.parse(bytes, ID_VERSION).data();
            Errors error = Errors.forCode(answer.errorCode());
            if (error == Errors.NONE) {
              window.setProducerId(answer.producerId());
            } else {
              assertThat(error).as("%s", answer).isIn(NO_ID_YET);
            }
          });
    }
  }

  private void send(Batch batch) {
    ProduceRequestData data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
    data.topicData()
        .add(
            new ProduceRequestData.TopicProduceData()
                .setName(topic)
                .setPartitionData(
                    List.of(
                        new ProduceRequestData.PartitionProduceData()
                            .setIndex(window.partition())
                            .setRecords(MemoryRecords.readableRecords(window.bytes(batch))))));
    link.ask(
        ApiKeys.PRODUCE,
        PRODUCE_VERSION,
        data,
        bytes -> {
          PartitionProduceResponse answer =
              ProduceResponse.parse(bytes, PRODUCE_VERSION)
                  .data()
                  .responses()
                  .iterator()
                  .next()
                  .partitionResponses()
                  .get(0);
          Errors error = Errors.forCode(answer.errorCode());
          if (error == Errors.NONE) {
            window.acknowledged(batch, answer.baseOffset());
          } else {
            assertThat(error).as("%s", answer).isIn(RETRIABLE);
            window.failed(batch);
          }
        });
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
    window.check(where);
  }

  @Override
  public boolean finish() {
    if (window.isEmpty()) {
      return true;
    }
    go();
    return false;
  }

  @Override
  public String toString() {
    return "Kafka producer to " + window + ", " + link;
  }
}
