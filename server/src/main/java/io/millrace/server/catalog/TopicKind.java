package io.millrace.server.catalog;

/** What a topic was made for. Kafka clients see all of them as topics. */
public enum TopicKind {
  /** A plain topic: Kafka's, or a JMS topic. */
  TOPIC(1),
  /** A JMS queue: a topic with one cursor of its own. */
  QUEUE(2),
  /** A JMS topic that lives as long as its connection. */
  TEMPORARY_TOPIC(3),
  /** A JMS queue that lives as long as its connection. */
  TEMPORARY_QUEUE(4);

  private final int code;

  TopicKind(int code) {
    this.code = code;
  }

  /** How the state log names this kind. */
  int code() {
    return code;
  }

  static TopicKind of(int code) {
    for (TopicKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind of topic has the code " + code);
  }

  public boolean isQueue() {
    return this == QUEUE || this == TEMPORARY_QUEUE;
  }

  public boolean isTemporary() {
    return this == TEMPORARY_QUEUE || this == TEMPORARY_TOPIC;
  }
}
