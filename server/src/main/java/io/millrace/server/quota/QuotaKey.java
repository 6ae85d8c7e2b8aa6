package io.millrace.server.quota;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a quota bounds, under Kafka's name for it. */
public enum QuotaKey {
  /** Bytes that are sent for each second. */
  PRODUCER_BYTE_RATE(1, "producer_byte_rate", Long.MAX_VALUE),
  /** Bytes of records that are received for each second. */
  CONSUMER_BYTE_RATE(2, "consumer_byte_rate", Long.MAX_VALUE),
  /** Time that requests take, in percent of one thread. */
  REQUEST_PERCENTAGE(3, "request_percentage", 0),
  /** Partitions that are created and deleted for each second. */
  CONTROLLER_MUTATION_RATE(4, "controller_mutation_rate", 0),
  /** Connections that an address opens for each second. */
  CONNECTION_CREATION_RATE(5, "connection_creation_rate", Integer.MAX_VALUE);

  private static final double FRACTION = 1e-6;

  private final int code;
  private final String wireName;

  /** Of whole numbers; 0 where fractions are allowed. */
  private final long largest;

  QuotaKey(int code, String wireName, long largest) {
    this.code = code;
    this.wireName = wireName;
    this.largest = largest;
  }

  /** The number in records; never changes. */
  int code() {
    return code;
  }

  /** Kafka's name. */
  public String wireName() {
    return wireName;
  }

  static Optional<QuotaKey> ofCode(int code) {
    return Arrays.stream(values()).filter(key -> key.code == code).findFirst();
  }

  /** The key with Kafka's name. */
  public static Optional<QuotaKey> of(String name) {
    return Arrays.stream(values()).filter(key -> key.wireName.equals(name)).findFirst();
  }

  /** What is wrong with a value; null when nothing is. */
  @Nullable String problem(double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      return wireName + " must be above 0, and a number";
    }
    if (largest > 0 && value > largest) {
      return wireName + " must be at most " + largest;
    }
    if (largest > 0 && Math.abs(value % 1.0) > FRACTION) {
      return wireName + " must be a whole number";
    }
    return null;
  }
}
