package io.millrace.server.catalog;

/** Why the catalogue refused, in words for the one who asked. */
public final class CatalogException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What was wrong; doors translate each into their own error. */
  public enum Reason {
    UNKNOWN_TOPIC,
    UNKNOWN_PARTITION,
    TOPIC_EXISTS,
    INVALID_NAME,
    INVALID_PARTITIONS,
    INVALID_CONFIG,
    /** The catalogue is as large as the server's configuration allows. */
    LIMIT_REACHED
  }

  private final Reason reason;

  public CatalogException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  public static CatalogException unknownTopic(Object topic) {
    return new CatalogException(Reason.UNKNOWN_TOPIC, "there is no topic " + topic);
  }

  public static CatalogException unknownPartition(Topic topic, int index) {
    return new CatalogException(
        Reason.UNKNOWN_PARTITION,
        "topic "
            + topic.name()
            + " has no partition "
            + index
            + ": it has "
            + topic.partitions()
            + ", counted from 0");
  }
}
