package io.millrace.server.door.kafka.api;

import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.GroupCoordinator;
import io.millrace.server.producer.ProducerCoordinator;
import io.millrace.server.producer.ProducerKey;
import io.millrace.server.shard.Reply;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TxnOffsetCommitRequest;
import org.apache.kafka.common.requests.TxnOffsetCommitResponse;

/**
 * Commits offsets as part of a transaction. The group must have joined the transaction; from
 * version 5 on it joins with the request (KIP-890).
 */
public final class TxnOffsetCommitHandler implements RequestHandler<TxnOffsetCommitRequest> {
  /** Clients know TRANSACTION_ABORTABLE from this version on. */
  private static final int ABORTABLE_SINCE = 4;

  private final ProducerCoordinator producers;
  private final GroupCoordinator groups;

  public TxnOffsetCommitHandler(ProducerCoordinator producers, GroupCoordinator groups) {
    this.producers = producers;
    this.groups = groups;
  }

  @Override
  public void handle(TxnOffsetCommitRequest request, Exchange exchange) {
    TxnOffsetCommitRequestData data = request.data();
    if (data.transactionalId().isEmpty()) {
      exchange.fail(Errors.INVALID_REQUEST);
      return;
    }
    if (data.groupId().isEmpty()) {
      exchange.fail(Errors.INVALID_GROUP_ID);
      return;
    }
    boolean joins = joins(exchange.version());
    Reply<Void> granted =
        new Reply<>() {
          @Override
          public void ok(Void response) {
            // On the coordinator's thread: ahead of any end of this transaction.
            groups.commitTransactional(data, exchange.replyWith(TxnOffsetCommitResponse::new));
          }

          @Override
          public void fail(RuntimeException error) {
            exchange.fail(inVersion(exchange.version(), error));
          }
        };
    ProducerKey producer =
        new ProducerKey(data.transactionalId(), data.producerId(), data.producerEpoch());
    if (joins) {
      producers.joinGroup(producer, data.groupId(), granted);
    } else {
      producers.verifyGroup(producer, data.groupId(), granted);
    }
  }

  private static boolean joins(short version) {
    return version > TxnOffsetCommitRequest.LAST_STABLE_VERSION_BEFORE_TRANSACTION_V2;
  }

  private static RuntimeException inVersion(short version, RuntimeException error) {
    if (error instanceof TransactionAbortableException && version < ABORTABLE_SINCE) {
      return Errors.INVALID_TXN_STATE.exception();
    }
    if (error instanceof ConcurrentTransactionsException && !joins(version)) {
      return Errors.COORDINATOR_LOAD_IN_PROGRESS.exception();
    }
    return ProducerFencing.withoutFencing(error);
  }
}
