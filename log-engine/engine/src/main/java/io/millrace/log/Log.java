package io.millrace.log;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The ordered record batches of one partition (or shard), in Kafka's v2 format. Offsets are given
 * without gaps and, once durable, never used again. Compaction ({@link LogConfig#compaction}) takes
 * records and whole batches out between others; what stays keeps its offset, and the last batch
 * stays always.
 *
 * <p>{@link #append}, {@link #configure} and {@link #close} belong to the owner's thread;
 * everything else is safe for use from any thread.
 */
public interface Log {

  LogId id();

  LogConfig config();

  /** Takes effect for later appends and for the next look at retention. */
  void configure(LogConfig config);

  /** The first offset that can be read. */
  long startOffset();

  /** The offset that the next record gets. */
  long endOffset();

  /** Records below are durable. Never above {@link #endOffset}; never goes back. */
  long durableOffset();

  /**
   * Records below are durable, and it is decided whether they count: no transaction that wrote one
   * of them is open, nor has a marker that is not durable. Never above {@link #durableOffset}, nor
   * below {@link #startOffset}; never goes back. Kafka's last stable offset.
   */
  long stableOffset();

  /**
   * The aborted transactions with records from {@code fromOffset} on and below {@code toOffset}, in
   * the order in which they ended. Complete for what lies below {@link #stableOffset}.
   */
  List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset);

  /**
   * The offset of the first record of a producer's open transaction, as of the last append; -1 when
   * it has none here.
   */
  long openTransaction(long producerId);

  /**
   * Whether a producer has an open transaction here in just this epoch, as of the last append: what
   * it sends goes on with that. In another epoch it may have ended long ago.
   */
  boolean hasTransaction(long producerId, short producerEpoch);

  /** Bytes of all batches kept. */
  long sizeInBytes();

  /**
   * Appends one or more batches, assigning offsets in place, and returns before they are durable.
   * All that one call appends to {@code FSYNC} logs shares the next group commit with the appends
   * of other logs.
   *
   * <p>The buffer belongs to the log from now on: its base offsets, leader epochs and, where the
   * options ask for it, timestamps are written into it, and the caller must not touch it again. Its
   * memory may be kept for readers for long: pooled memory must be copied before.
   *
   * <p>Nothing was changed when this throws:
   *
   * @throws CorruptBatchException a batch is malformed, or its checksum is wrong
   * @throws BatchTooLargeException a batch is larger than {@link LogConfig#maxBatchBytes}
   * @throws OutOfOrderSequenceException a producer's sequence leaves a gap
   * @throws StaleProducerException a producer's epoch was superseded
   * @throws InvalidTransactionException a producer with an open transaction sends outside of it
   * @throws StoreBusyException the disk cannot keep up; may be tried again shortly
   * @throws StoreFullException space runs out; may be tried again later
   * @throws LogFencedException another writer has opened this log, or it was deleted or has failed
   */
  AppendResult append(ByteBuffer batches, AppendOptions options);

  /**
   * Whole batches from the one that contains {@code offset}, up to {@code maxBytes} but at least
   * one batch, all of whose records are below {@code limitOffset}. The first batch may begin below
   * {@code offset}: readers skip. It may begin above, where compaction took the record, and a batch
   * may have fewer records than offsets, or none. Empty at the limit. Completes at once when no
   * disk must be waited for.
   *
   * <p>Fails with {@link OffsetOutOfRangeException} below the start or above the durable offset,
   * and with {@link CorruptLogException} where the kept bytes are damaged.
   *
   * @param limitOffset usually {@link #durableOffset}; never read beyond that
   */
  CompletionStage<LogSlice> read(long offset, int maxBytes, long limitOffset);

  /**
   * The first record at or after a time, among the durable ones: its offset and timestamp. Empty
   * when there is none. As Kafka's ListOffsets by timestamp.
   */
  CompletionStage<Optional<TimestampOffset>> findTimestamp(long timestampMs);

  /** The record with the greatest timestamp; the first of them when there are several. */
  CompletionStage<Optional<TimestampOffset>> maxTimestamp();

  /**
   * Moves the start offset up to {@code offset}; records below can no longer be read and their
   * space is given back when a whole segment is free. Completes when the move is durable. An offset
   * at or below the start changes nothing; one above the durable offset fails with {@link
   * OffsetOutOfRangeException}.
   */
  CompletionStage<Void> deleteBefore(long offset);

  /** The idempotent producers known to this log, as of the last append. */
  List<ProducerState> producers();

  /** Gives back what this handle holds. What was appended still becomes durable. Idempotent. */
  void close();
}
