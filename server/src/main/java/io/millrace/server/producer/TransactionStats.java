package io.millrace.server.producer;

import java.util.concurrent.atomic.LongAdder;

/** What the transaction coordinators of all shards have counted since the start. Any thread. */
public final class TransactionStats {
  private final LongAdder begun = new LongAdder();
  private final LongAdder committed = new LongAdder();
  private final LongAdder aborted = new LongAdder();
  private final LongAdder timedOut = new LongAdder();
  private final LongAdder fenced = new LongAdder();

  void transactionBegan() {
    begun.increment();
  }

  void transactionEnded(boolean commit) {
    (commit ? committed : aborted).increment();
  }

  void transactionTimedOut() {
    timedOut.increment();
  }

  void producerFenced() {
    fenced.increment();
  }

  /** Transactions that began. */
  public long begun() {
    return begun.sum();
  }

  /** Transactions that were committed, and all participants know. */
  public long committed() {
    return committed.sum();
  }

  /** Transactions that were aborted, for whatever reason, and all participants know. */
  public long aborted() {
    return aborted.sum();
  }

  /** Transactions that are aborted because they took too long. */
  public long timedOut() {
    return timedOut.sum();
  }

  /** Requests that were refused because another producer has taken the sender's place. */
  public long fenced() {
    return fenced.sum();
  }
}
