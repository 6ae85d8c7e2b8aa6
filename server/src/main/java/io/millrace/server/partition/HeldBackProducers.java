package io.millrace.server.partition;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.Sequences;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.log.OutOfOrderSequenceException;
import io.millrace.log.StoreBusyException;
import io.millrace.log.StoreFailedException;
import io.millrace.log.StoreFullException;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.ShardUnavailableException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Keeps the order of idempotent producers of which one batch was refused for now: what they sent
 * behind it is refused too until it has come again. A log notices the gap itself where it knows the
 * producer; of one that it does not know it takes any sequence as the first (KIP-360), and would
 * never take the refused batch again. Kept in memory: after a restart every client sends in order
 * again. Any thread; {@link #check} on the thread that appends.
 */
public final class HeldBackProducers {
  /** The oldest are forgotten. */
  private static final int MAX_PRODUCERS = 16 * 1024;

  private record Key(LogId log, long producerId) {}

  private record Refused(short epoch, int sequence) {
    /** Whether this is what the producer has to begin with again rather than {@code known}. */
    boolean comesBefore(Refused known) {
      return epoch > known.epoch
          || (epoch == known.epoch && Sequences.isBefore(sequence, known.sequence));
    }
  }

  private final Map<Key, Refused> refusals = new LinkedHashMap<>(); // guarded by this
  private volatile boolean any;

  /**
   * Passes on what became of a batch, and remembers that it was refused for now.
   *
   * @param batch read now, not later
   */
  public Reply<AppendResult> watch(LogId log, RecordBatchView batch, Reply<AppendResult> reply) {
    if (!batch.hasProducerId()) {
      return reply;
    }
    Key key = new Key(log, batch.producerId());
    Refused refused = new Refused(batch.producerEpoch(), batch.baseSequence());
    return new Reply<>() {
      @Override
      public void ok(AppendResult response) {
        reply.ok(response);
      }

      @Override
      public void fail(RuntimeException error) {
        if (isForNow(error)) {
          hold(key, refused);
        }
        reply.fail(error);
      }
    };
  }

  private static boolean isForNow(RuntimeException error) {
    return error instanceof BusyException
        || error instanceof StoreBusyException
        || error instanceof StoreFullException
        || error instanceof StoreFailedException
        || error instanceof PartitionUnavailableException
        || error instanceof ShardUnavailableException
        || error instanceof RetriableException; // the transaction coordinator's
  }

  private synchronized void hold(Key key, Refused refused) {
    Refused known = refusals.get(key);
    if (known != null && !refused.comesBefore(known)) {
      return;
    }
    refusals.remove(key);
    refusals.put(key, refused);
    if (refusals.size() > MAX_PRODUCERS) {
      refusals.remove(refusals.keySet().iterator().next());
    }
    any = true;
  }

  /**
   * To be called before a batch is appended.
   *
   * @throws OutOfOrderSequenceException its producer has to send another one first
   */
  public void check(LogId log, RecordBatchView batch) {
    if (!any || !batch.hasProducerId()) {
      return;
    }
    synchronized (this) {
      Key key = new Key(log, batch.producerId());
      Refused refused = refusals.get(key);
      if (refused == null) {
        return;
      }
      int sequence = batch.baseSequence();
      boolean sameEpoch = batch.producerEpoch() == refused.epoch;
      if (batch.producerEpoch() < refused.epoch
          || (sameEpoch && Sequences.isBefore(sequence, refused.sequence))) {
        return; // late, or sent again from further back: for the log to judge
      }
      if (sameEpoch && sequence != refused.sequence) {
        throw new OutOfOrderSequenceException(
            "producer "
                + batch.producerId()
                + " sent sequence "
                + sequence
                + " where "
                + refused.sequence
                + " was refused for now and has to come first");
      }
      refusals.remove(key);
      any = !refusals.isEmpty();
    }
  }
}
