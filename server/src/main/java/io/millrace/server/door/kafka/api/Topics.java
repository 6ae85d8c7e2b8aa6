package io.millrace.server.door.kafka.api;

import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** Finds what requests name. */
final class Topics {
  private Topics() {}

  static Uuid toKafka(UUID id) {
    return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  static UUID fromKafka(Uuid id) {
    return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  /**
   * The topic of an id, or of a name where the id is zero.
   *
   * @throws org.apache.kafka.common.errors.ApiException it does not exist
   */
  static Topic get(CatalogView catalog, Uuid id, @Nullable String name) {
    if (!id.equals(Uuid.ZERO_UUID)) {
      return found(catalog.find(fromKafka(id)), Errors.UNKNOWN_TOPIC_ID);
    }
    if (name == null) {
      throw Errors.INVALID_REQUEST.exception("a topic with neither a name nor an id");
    }
    return found(catalog.find(name), Errors.UNKNOWN_TOPIC_OR_PARTITION);
  }

  private static Topic found(@Nullable Topic topic, Errors otherwise) {
    if (topic == null) {
      throw otherwise.exception();
    }
    return topic;
  }

  /**
   * The partition of a topic.
   *
   * @throws org.apache.kafka.common.errors.ApiException it does not exist
   */
  static LogId partition(Topic topic, int index) {
    if (!topic.hasPartition(index)) {
      throw Errors.UNKNOWN_TOPIC_OR_PARTITION.exception();
    }
    return topic.partition(index);
  }

  /** As {@link #get} and {@link #partition}. */
  static LogId partition(CatalogView catalog, String name, int index) {
    return partition(get(catalog, Uuid.ZERO_UUID, name), index);
  }

  /**
   * Checks in which epoch a client believes the leader to be.
   *
   * @param epoch negative when it says nothing
   * @throws org.apache.kafka.common.errors.ApiException it is not {@link Node#LEADER_EPOCH}
   */
  static void checkLeaderEpoch(int epoch) {
    if (epoch > Node.LEADER_EPOCH) {
      throw Errors.UNKNOWN_LEADER_EPOCH.exception();
    }
  }
}
