package io.millrace.server.group;

/** Where a share group is, as administrators see it. The names on the wire are Kafka's. */
enum ShareGroupState {
  /** No members; its cursors stay. */
  EMPTY("Empty"),
  /** There are members. */
  STABLE("Stable");

  private final String wireName;

  ShareGroupState(String wireName) {
    this.wireName = wireName;
  }

  /** As Kafka's protocol and tools write it. */
  String wireName() {
    return wireName;
  }
}
