package io.millrace.server.security.acl;

import java.util.Optional;

/** What rules are about, with Kafka's codes. */
public enum ResourceType {
  TOPIC(2),
  GROUP(3),
  CLUSTER(4),
  TRANSACTIONAL_ID(5),
  DELEGATION_TOKEN(6),
  USER(7);

  /** The name of the only resource of the type {@link #CLUSTER}. */
  public static final String CLUSTER_NAME = "kafka-cluster";

  private final int code;

  ResourceType(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  public static Optional<ResourceType> ofCode(int code) {
    for (ResourceType each : values()) {
      if (each.code == code) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
