package io.millrace.server.door.admin.port;

/** What a destination is to its users. */
public enum DestinationKind {
  QUEUE("queue"),
  TOPIC("topic"),
  TEMPORARY_QUEUE("temporary-queue"),
  TEMPORARY_TOPIC("temporary-topic");

  private final String label;

  DestinationKind(String label) {
    this.label = label;
  }

  /** As the API, the console and the metrics write it. */
  public String label() {
    return label;
  }
}
