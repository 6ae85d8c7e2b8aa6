package io.millrace.server.group;

/**
 * Where a classic group is in its life. The names on the wire are Kafka's.
 *
 * <pre>
 *             first member joins                all joined            leader's assignment kept
 *   EMPTY ────────────────────► PREPARING ────────────────► COMPLETING ────────────► STABLE
 *     ▲                          │   ▲  ▲                       │                       │
 *     └── nobody is left ────────┘   │  └── member comes, goes ─┘                       │
 *                                    └────── member comes, goes, changes ──────────────┘
 *   any ──► DEAD   (deleted, or moved away)
 * </pre>
 */
public enum GroupState {
  /** No members; there may be committed offsets. */
  EMPTY("Empty"),
  /** Waits for its members to join the next generation. */
  PREPARING_REBALANCE("PreparingRebalance"),
  /** Waits for the leader's assignment. */
  COMPLETING_REBALANCE("CompletingRebalance"),
  /** Every member has or can ask for its assignment. */
  STABLE("Stable"),
  /** Gone. */
  DEAD("Dead");

  private final String wireName;

  GroupState(String wireName) {
    this.wireName = wireName;
  }

  /** As Kafka's protocol and tools write it. */
  public String wireName() {
    return wireName;
  }

  boolean canBecome(GroupState next) {
    return switch (next) {
      case EMPTY -> this == PREPARING_REBALANCE;
      case PREPARING_REBALANCE -> this == EMPTY || this == COMPLETING_REBALANCE || this == STABLE;
      case COMPLETING_REBALANCE -> this == PREPARING_REBALANCE;
      case STABLE -> this == COMPLETING_REBALANCE;
      case DEAD -> true;
    };
  }
}
