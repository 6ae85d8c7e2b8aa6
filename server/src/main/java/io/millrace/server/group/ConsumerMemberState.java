package io.millrace.server.group;

/**
 * How far a member of a consumer group is on its way to its target assignment (KIP-848).
 *
 * <pre>
 *            target changed, something is to be given back
 *   STABLE ────────────────────────────────────────────────► UNREVOKED ◄──┐
 *     ▲ ▲                                                     │  given back, more to give back
 *     │ └──────────── given back, the rest is free ───────────┤
 *     │                                                       │ given back, others still
 *     └── the others have given back ── UNRELEASED ◄──────────┘ have some of the rest
 * </pre>
 */
enum ConsumerMemberState {
  /** It has its target, or learns of it with its next heartbeat. */
  STABLE(0),
  /** It is to give partitions back, and keeps its epoch until it has. */
  UNREVOKED(1),
  /** It is in the target's epoch; some of its partitions are still another's. */
  UNRELEASED(2);

  private final int code;

  ConsumerMemberState(int code) {
    this.code = code;
  }

  /** How the state log names it. */
  int code() {
    return code;
  }

  static ConsumerMemberState of(int code) {
    for (ConsumerMemberState each : values()) {
      if (each.code == code) {
        return each;
      }
    }
    throw new IllegalArgumentException("no state of a member has the code " + code);
  }
}
