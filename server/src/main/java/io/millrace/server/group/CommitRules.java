package io.millrace.server.group;

import io.millrace.server.catalog.Topic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** What is asked of an offset to be committed, in a transaction or not. Immutable. */
final class CommitRules {
  private final int maxMetadataLength;

  CommitRules(GroupConfig config) {
    this.maxMetadataLength = config.maxOffsetMetadataBytes();
  }

  /** Why the offset of one partition is refused. */
  Errors check(@Nullable Topic topic, int partition, @Nullable String metadata) {
    if (topic == null || !topic.hasPartition(partition)) {
      return Errors.UNKNOWN_TOPIC_OR_PARTITION;
    }
    return metadata != null && metadata.length() > maxMetadataLength
        ? Errors.OFFSET_METADATA_TOO_LARGE
        : Errors.NONE;
  }
}
