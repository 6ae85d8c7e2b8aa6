package io.millrace.server.door.jms;

import io.millrace.batch.InvalidBatchException;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.WireException;
import io.millrace.kernel.Failures;
import io.millrace.log.BatchTooLargeException;
import io.millrace.log.CorruptBatchException;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.StaleProducerException;
import io.millrace.log.StoreException;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.cursor.CursorClosedException;
import io.millrace.server.cursor.SubscriptionException;
import io.millrace.server.partition.BusyException;
import io.millrace.server.partition.PartitionUnavailableException;
import io.millrace.server.partition.RefusedBatchException;
import io.millrace.server.shard.ShardUnavailableException;
import io.millrace.server.tx.TransactionRolledBackException;
import io.millrace.server.tx.TransactionTooLargeException;

/** The one translation from exceptions to the wire's error codes. */
final class WireErrors {
  private WireErrors() {}

  /** The answer to a request that failed. */
  static Failed failed(int requestId, Throwable error) {
    return new Failed(requestId, codeOf(error), messageOf(error));
  }

  static ErrorCode codeOf(Throwable error) {
    if (error instanceof RefusedException refused) {
      return refused.code();
    }
    if (error instanceof CatalogException catalog) {
      return switch (catalog.reason()) {
        case LIMIT_REACHED -> ErrorCode.LIMIT;
        default -> ErrorCode.DESTINATION;
      };
    }
    if (error instanceof SubscriptionException subscription) {
      return switch (subscription.reason()) {
        case UNKNOWN -> ErrorCode.SUBSCRIPTION;
        case IN_USE -> ErrorCode.SUBSCRIPTION_IN_USE;
      };
    }
    if (error instanceof CursorClosedException) {
      return ErrorCode.DESTINATION;
    }
    if (error instanceof TransactionRolledBackException) {
      return ErrorCode.ROLLED_BACK;
    }
    if (error instanceof BatchTooLargeException || error instanceof TransactionTooLargeException) {
      return ErrorCode.TOO_LARGE;
    }
    if (error instanceof OutOfOrderSequenceException || error instanceof StaleProducerException) {
      return ErrorCode.SEQUENCE;
    }
    if (error instanceof WireException
        || error instanceof CorruptBatchException
        || error instanceof RefusedBatchException
        || error instanceof InvalidBatchException) {
      return ErrorCode.PROTOCOL;
    }
    if (error instanceof BusyException
        || error instanceof PartitionUnavailableException
        || error instanceof ShardUnavailableException
        || error instanceof StoreException) {
      return ErrorCode.UNAVAILABLE;
    }
    Failures.report("the JMS door", error);
    return ErrorCode.INTERNAL;
  }

  static String messageOf(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }
}
