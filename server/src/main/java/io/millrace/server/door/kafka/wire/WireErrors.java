package io.millrace.server.door.kafka.wire;

import io.millrace.kernel.Failures;
import io.millrace.log.BatchTooLargeException;
import io.millrace.log.CorruptBatchException;
import io.millrace.log.CorruptLogException;
import io.millrace.log.InvalidTransactionException;
import io.millrace.log.LogFencedException;
import io.millrace.log.OffsetOutOfRangeException;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.StaleProducerException;
import io.millrace.log.StoreBusyException;
import io.millrace.log.StoreException;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.cursor.CursorClosedException;
import io.millrace.server.cursor.NotHeldException;
import io.millrace.server.partition.BusyException;
import io.millrace.server.partition.PartitionUnavailableException;
import io.millrace.server.partition.RefusedBatchException;
import io.millrace.server.partition.RefusedRecordsException;
import io.millrace.server.shard.ShardUnavailableException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** The one place where this door turns failures into Kafka's errors. */
public final class WireErrors {
  private WireErrors() {}

  /** The error that a client is told. What nobody foresaw is reported as a background failure. */
  public static Errors of(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof ApiException api) {
      return Errors.forException(api);
    }
    if (cause instanceof CatalogException refused) {
      return ofReason(refused.reason());
    }
    Errors error = ofBroker(cause);
    if (error == Errors.UNKNOWN_SERVER_ERROR) {
      Failures.report("the Kafka door", cause);
    }
    return error;
  }

  private static Errors ofBroker(Throwable cause) {
    if (cause instanceof OutOfOrderSequenceException) {
      return Errors.OUT_OF_ORDER_SEQUENCE_NUMBER;
    } else if (cause instanceof StaleProducerException) {
      return Errors.INVALID_PRODUCER_EPOCH;
    } else if (cause instanceof CorruptBatchException) {
      return Errors.CORRUPT_MESSAGE;
    } else if (cause instanceof RefusedRecordsException refused && refused.isUntimely()) {
      return Errors.INVALID_TIMESTAMP;
    } else if (cause instanceof RefusedBatchException) {
      return Errors.INVALID_RECORD;
    } else if (cause instanceof BatchTooLargeException) {
      return Errors.MESSAGE_TOO_LARGE;
    } else if (cause instanceof OffsetOutOfRangeException) {
      return Errors.OFFSET_OUT_OF_RANGE;
    } else if (cause instanceof LogFencedException) {
      return Errors.NOT_LEADER_OR_FOLLOWER;
    } else if (cause instanceof CorruptLogException) {
      // Clients take this for damage on the way; asking again does not help, nor does it hurt.
      return Errors.KAFKA_STORAGE_ERROR;
    } else if (cause instanceof StoreBusyException || cause instanceof BusyException) {
      // Tried again by clients of all ages, and not looked for at another broker.
      return Errors.REQUEST_TIMED_OUT;
    } else if (cause instanceof InvalidTransactionException) {
      return Errors.INVALID_TXN_STATE;
    } else if (cause instanceof StoreException) {
      return Errors.KAFKA_STORAGE_ERROR;
    } else if (cause instanceof PartitionUnavailableException unavailable) {
      return unavailable.outcomeUnknown()
          ? Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND
          : Errors.NOT_LEADER_OR_FOLLOWER;
    } else if (cause instanceof NotHeldException) {
      return Errors.INVALID_RECORD_STATE;
    } else if (cause instanceof CursorClosedException) {
      // Its topic was deleted, or a share group does not read it.
      return Errors.UNKNOWN_TOPIC_OR_PARTITION;
    } else if (cause instanceof ShardUnavailableException) {
      return Errors.COORDINATOR_NOT_AVAILABLE;
    }
    return Errors.UNKNOWN_SERVER_ERROR;
  }

  private static Errors ofReason(CatalogException.Reason reason) {
    return switch (reason) {
      case UNKNOWN_TOPIC, UNKNOWN_PARTITION -> Errors.UNKNOWN_TOPIC_OR_PARTITION;
      case TOPIC_EXISTS -> Errors.TOPIC_ALREADY_EXISTS;
      case INVALID_NAME -> Errors.INVALID_TOPIC_EXCEPTION;
      case INVALID_PARTITIONS -> Errors.INVALID_PARTITIONS;
      case INVALID_CONFIG -> Errors.INVALID_CONFIG;
      case LIMIT_REACHED -> Errors.POLICY_VIOLATION;
    };
  }

  /**
   * The error for producing and fetching, whose clients look for the partition elsewhere rather
   * than for a coordinator.
   */
  public static Errors ofPartition(Throwable failure) {
    Errors error = of(failure);
    return error == Errors.COORDINATOR_NOT_AVAILABLE ? Errors.NOT_LEADER_OR_FOLLOWER : error;
  }

  /** The error for changes of the catalogue, whose clients look for the controller. */
  public static Errors ofCatalog(Throwable failure) {
    Errors error = of(failure);
    return error == Errors.COORDINATOR_NOT_AVAILABLE ? Errors.NOT_CONTROLLER : error;
  }

  /** What may be said to the client beside the error; nothing about failures of our own. */
  public static @Nullable String messageOf(Throwable failure) {
    Throwable cause = unwrap(failure);
    boolean foreseen =
        cause instanceof ApiException
            || cause instanceof CatalogException
            || ofBroker(cause) != Errors.UNKNOWN_SERVER_ERROR;
    return foreseen ? cause.getMessage() : null;
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException || cause instanceof ExecutionException) {
      Throwable inner = cause.getCause();
      if (inner == null) {
        return cause;
      }
      cause = inner;
    }
    return cause;
  }
}
