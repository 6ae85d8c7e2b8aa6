package io.millrace.server.group;

/** Where a consumer group is, as administrators see it. The names on the wire are Kafka's. */
enum ConsumerGroupState {
  /** No members; there may be committed offsets. */
  EMPTY("Empty"),
  /** A new target assignment is to be computed. */
  ASSIGNING("Assigning"),
  /** Some members have not yet reached their target. */
  RECONCILING("Reconciling"),
  /** Everyone has what they are to have. */
  STABLE("Stable");

  private final String wireName;

  ConsumerGroupState(String wireName) {
    this.wireName = wireName;
  }

  /** As Kafka's protocol and tools write it. */
  String wireName() {
    return wireName;
  }
}
