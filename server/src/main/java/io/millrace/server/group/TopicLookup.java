package io.millrace.server.group;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Finds the topics of requests, by id where one is given (KIP-516), else by name. Immutable. */
final class TopicLookup {
  private final CatalogView catalog;

  TopicLookup(CatalogView catalog) {
    this.catalog = catalog;
  }

  @Nullable Topic find(@Nullable String name, Uuid id) {
    if (isGiven(id)) {
      return catalog.find(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
    }
    return name == null ? null : catalog.find(name);
  }

  static boolean isGiven(Uuid id) {
    return !id.equals(Uuid.ZERO_UUID);
  }
}
