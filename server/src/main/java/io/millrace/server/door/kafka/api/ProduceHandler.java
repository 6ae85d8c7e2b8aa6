package io.millrace.server.door.kafka.api;

import io.millrace.batch.BatchFormat;
import io.millrace.batch.Codec;
import io.millrace.kernel.Clock;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.partition.RecordRules;
import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;

/**
 * Hands record batches to their partitions as they came: nothing is decoded or copied here. Answers
 * when all are durable, whatever {@code acks} says; with {@code acks=0} there is no answer, and an
 * error closes the connection, which is all that such a producer can notice.
 *
 * <p>A request with a transactional id brings records of a transaction, to which its partitions
 * must have been added; from version 12 on they join with what is written to them (KIP-890).
 */
public final class ProduceHandler implements RequestHandler<ProduceRequest> {
  private static final long NO_OFFSET = -1;

  /** Clients know TRANSACTION_ABORTABLE from this version on. */
  private static final int ABORTABLE_SINCE = 11;

  /** Clients know zstd from this version on (KIP-110). */
  private static final int ZSTD_SINCE = 7;

  private final Broker broker;
  private final Clock clock;

  public ProduceHandler(Broker broker, Clock clock) {
    this.broker = broker;
    this.clock = clock;
  }

  @Override
  public void handle(ProduceRequest request, Exchange exchange) {
    Errors refusal = refusalOf(request);
    ProduceResponseData response = new ProduceResponseData();
    int partitions = 0;
    for (TopicProduceData topic : request.data().topicData()) {
      partitions += topic.partitionData().size();
    }
    Refusals refusals = new Refusals(request);
    Tally tally = new Tally(partitions, () -> finish(request, response, exchange));
    for (TopicProduceData topic : request.data().topicData()) {
      TopicProduceResponse topicResponse =
          AnswerElements.producedTopic().setName(nameOf(topic)).setTopicId(topic.topicId());
      response.responses().add(topicResponse);
      for (PartitionProduceData partition : topic.partitionData()) {
        PartitionProduceResponse partitionResponse =
            new PartitionProduceResponse().setIndex(partition.index()).setBaseOffset(NO_OFFSET);
        topicResponse.partitionResponses().add(partitionResponse);
        if (refusal == Errors.NONE) {
          produce(request, topic, partition, partitionResponse, refusals, tally);
        } else {
          refusals.tell(partitionResponse, refusal.exception());
          tally.count();
        }
      }
    }
  }

  /** Where clients say ids, they are not told the name; the log of what is refused is. */
  private String nameOf(TopicProduceData asked) {
    if (asked.topicId().equals(Uuid.ZERO_UUID)) {
      return asked.name();
    }
    Topic topic = broker.catalog().find(Topics.fromKafka(asked.topicId()));
    return topic == null ? "" : topic.name();
  }

  private static Errors refusalOf(ProduceRequest request) {
    if (request.acks() < -1 || request.acks() > 1) {
      return Errors.INVALID_REQUIRED_ACKS;
    }
    return Errors.NONE;
  }

  private void produce(
      ProduceRequest request,
      TopicProduceData named,
      PartitionProduceData partition,
      PartitionProduceResponse response,
      Refusals refusals,
      Tally tally) {
    LogId id;
    RecordRules rules;
    try {
      Topic topic = Topics.get(broker.catalog(), named.topicId(), named.name());
      id = Topics.partition(topic, partition.index());
      rules = RecordRules.timed(broker.catalog().configs(), topic, clock.wallMs());
    } catch (RuntimeException e) {
      refusals.tell(response, e);
      tally.count();
      return;
    }
    if (!(partition.records() instanceof MemoryRecords records) || records.sizeInBytes() == 0) {
      refusals.tell(response, Errors.INVALID_RECORD.exception("there are no records"));
      tally.count();
      return;
    }
    if (request.version() < ZSTD_SINCE && isZstd(records.buffer())) {
      refusals.tell(
          response,
          Errors.UNSUPPORTED_COMPRESSION_TYPE.exception(
              "zstd is for version " + ZSTD_SINCE + " of Produce and later ones"));
      tally.count();
      return;
    }
    String transactionalId = request.transactionalId();
    if (transactionalId == null) {
      broker.produce(
          id,
          records.buffer(),
          rules,
          tally.reply(
              result -> appended(id, response, result), error -> refusals.tell(response, error)));
    } else {
      broker.produceTransactional(
          id,
          records.buffer(),
          rules,
          transactionalId,
          joins(request.version()),
          tally.reply(
              result -> appended(id, response, result),
              error -> refusals.tell(response, inVersion(request.version(), error))));
    }
  }

  /** Of what is no batch this is not said: it is refused as such. */
  private static boolean isZstd(ByteBuffer batches) {
    if (batches.remaining() < BatchFormat.HEADER_BYTES) {
      return false;
    }
    int at = batches.position();
    return batches.get(at + BatchFormat.MAGIC) == BatchFormat.CURRENT_MAGIC
        && (batches.getShort(at + BatchFormat.ATTRIBUTES) & BatchFormat.CODEC_MASK)
            == Codec.ZSTD.id();
  }

  private static boolean joins(short version) {
    return version > ProduceRequest.LAST_STABLE_VERSION_BEFORE_TRANSACTION_V2;
  }

  /** What the transaction coordinator says, in words that the client knows. */
  private static RuntimeException inVersion(short version, RuntimeException error) {
    if (error instanceof TransactionAbortableException && version < ABORTABLE_SINCE) {
      return Errors.INVALID_TXN_STATE.exception();
    }
    if (error instanceof ConcurrentTransactionsException && !joins(version)) {
      return Errors.NOT_ENOUGH_REPLICAS.exception(error.getMessage());
    }
    return ProducerFencing.withoutFencing(error);
  }

  private void appended(LogId id, PartitionProduceResponse response, AppendResult result) {
    if (result.duplicate() && result.baseOffset() < 0) {
      response.setErrorCode(Errors.DUPLICATE_SEQUENCE_NUMBER.code());
      return;
    }
    response.setBaseOffset(result.baseOffset()).setLogAppendTimeMs(result.logAppendTimeMs());
    PartitionView view = broker.partition(id);
    if (view != null) {
      response.setLogStartOffset(view.startOffset());
    }
  }

  private static void finish(
      ProduceRequest request, ProduceResponseData response, Exchange exchange) {
    if (request.acks() != 0) {
      exchange.reply(new ProduceResponse(response));
      return;
    }
    boolean allTaken =
        response.responses().stream()
            .flatMap(topic -> topic.partitionResponses().stream())
            .allMatch(partition -> partition.errorCode() == Errors.NONE.code());
    if (allTaken) {
      exchange.replyNothing();
    } else {
      exchange.closeInstead(
          new ProduceResponse(response), "records sent with acks=0 could not be taken");
    }
  }
}
