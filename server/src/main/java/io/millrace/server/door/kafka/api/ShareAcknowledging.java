package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.ShareAck;
import io.millrace.server.cursor.ShareSettings;
import io.millrace.server.door.kafka.share.AckBatch;
import io.millrace.server.door.kafka.share.SharePartition;
import io.millrace.server.door.kafka.share.ShareSession;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;

/**
 * Brings what one request acknowledges to the cursors, and gathers what became of it. On the
 * connection's event loop, but for answers, which come on any thread.
 */
final class ShareAcknowledging {
  /**
   * Of offsets with like types, in one request: a byte in the request is some sixty in memory.
   * Members of a partition hold 100,000 records together.
   */
  private static final int MAX_RUNS = 200_000;

  private final Broker broker;
  private final Exchange exchange;
  private final ShareSession session;
  private final Map<SharePartition, Errors> errors = new ConcurrentHashMap<>();

  ShareAcknowledging(Broker broker, Exchange exchange, ShareSession session) {
    this.broker = broker;
    this.exchange = exchange;
    this.session = session;
  }

  /**
   * Acknowledges.
   *
   * @param asked by partition; those without anything are left out
   * @param mayRenew whether locks may be renewed by this request
   * @param whenAll runs when all is durable, on any thread
   */
  void begin(
      Map<SharePartition, List<AckBatch>> asked,
      ShareSettings settings,
      boolean mayRenew,
      Runnable whenAll) {
    Map<SharePartition, List<ShareAck>> acks = new LinkedHashMap<>();
    AtomicInteger room = new AtomicInteger(MAX_RUNS);
    asked.forEach(
        (partition, batches) -> {
          try {
            check(partition);
            List<ShareAck> said = AckBatch.read(batches, room.get(), mayRenew && settings.renew());
            room.addAndGet(-said.size());
            acks.put(partition, said);
          } catch (ApiException e) {
            errors.put(partition, Errors.forException(e));
          }
        });
    Tally tally = new Tally(acks.size(), whenAll);
    acks.forEach(
        (partition, list) -> {
          CursorKey cursor = session.cursor(partition);
          if (cursor == null) {
            errors.put(partition, Errors.INVALID_RECORD_STATE);
            tally.count();
            return;
          }
          broker
              .cursors()
              .acknowledge(
                  cursor,
                  session.consumer(),
                  list,
                  tally.reply(
                      done -> errors.put(partition, Errors.NONE),
                      failure -> errors.put(partition, WireErrors.ofPartition(failure))));
        });
  }

  private void check(SharePartition partition) {
    Topic topic = Topics.get(broker.catalog(), partition.topicId(), null);
    if (!exchange.grants().allows(Operation.READ, ResourceType.TOPIC, topic.name())) {
      throw Errors.TOPIC_AUTHORIZATION_FAILED.exception();
    }
    Topics.partition(topic, partition.partition());
  }

  /** What became of each partition's, once all is done. */
  Map<SharePartition, Errors> errors() {
    return errors;
  }
}
