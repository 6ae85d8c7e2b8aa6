package io.millrace.server.producer;

import org.jspecify.annotations.Nullable;

/**
 * What a transactional id's producer is doing (KIP-98).
 *
 * <pre>
 *   EMPTY ──────► ONGOING ──► PREPARE_COMMIT ──► COMPLETE_COMMIT ─┐
 *     ▲             ▲ │                                           │
 *     │             │ └─────► PREPARE_ABORT ───► COMPLETE_ABORT ──┤
 *     │             └─────── next transaction ────────────────────┤
 *     └───────────────────── a producer begins anew ──────────────┘
 * </pre>
 *
 * <p>What is prepared is decided: it is driven on until it is complete, after a restart too. An
 * abort of nothing goes from rest to COMPLETE_ABORT at once (KIP-890).
 */
public enum TransactionState {
  /** A producer has begun and has had no transaction yet. */
  EMPTY(0, "Empty"),
  /** A transaction is under way. */
  ONGOING(1, "Ongoing"),
  /** It takes place; not all participants know yet. */
  PREPARE_COMMIT(2, "PrepareCommit"),
  /** It does not take place; not all participants know yet. */
  PREPARE_ABORT(3, "PrepareAbort"),
  /** The last transaction took place. */
  COMPLETE_COMMIT(4, "CompleteCommit"),
  /** The last transaction did not take place. */
  COMPLETE_ABORT(5, "CompleteAbort");

  private final int id;
  private final String wireName;

  TransactionState(int id, String wireName) {
    this.id = id;
    this.wireName = wireName;
  }

  /** Names the state in the state log for ever. */
  int id() {
    return id;
  }

  /** As Kafka's clients call it. */
  public String wireName() {
    return wireName;
  }

  /** Whether it is decided how the transaction ends, and not everyone knows. */
  public boolean isPrepared() {
    return this == PREPARE_COMMIT || this == PREPARE_ABORT;
  }

  /** Whether the transaction has participants. */
  boolean isOpen() {
    return this == ONGOING || isPrepared();
  }

  /** How a transaction ends that is prepared like this, or has ended like this. */
  boolean isCommit() {
    return this == PREPARE_COMMIT || this == COMPLETE_COMMIT;
  }

  static TransactionState ofId(int id) {
    for (TransactionState state : values()) {
      if (state.id == id) {
        return state;
      }
    }
    throw new IllegalArgumentException("no transaction state has the id " + id);
  }

  /** The state that clients call so; null when there is none. */
  public static @Nullable TransactionState ofWireName(String name) {
    for (TransactionState state : values()) {
      if (state.wireName.equals(name)) {
        return state;
      }
    }
    return null;
  }
}
