package io.millrace.server.group;

import io.millrace.server.catalog.Topic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** What is asked of an offset to be committed, in a transaction or not. Immutable. */
final class CommitRules {
  /** Commits have a member's epoch from this version on (KIP-848). */
  private static final int MEMBER_EPOCHS_SINCE = 9;

  private final int maxMetadataLength;

  CommitRules(GroupConfig config) {
    this.maxMetadataLength = config.maxOffsetMetadataBytes();
  }

  /** Whether a commit may be that of a member of the new protocol, whose epochs have errors. */
  static boolean hasMemberEpochs(int version) {
    return version >= MEMBER_EPOCHS_SINCE;
  }

  /** What is told of a group that is not there to who is in a generation of it. */
  static Errors ofUnknownGroup(int version) {
    return hasMemberEpochs(version) ? Errors.GROUP_ID_NOT_FOUND : Errors.ILLEGAL_GENERATION;
  }

  /**
   * Why the offset of one partition is refused.
   *
   * @param topic that was found; null when none was
   * @param askedId the id by which it was asked for; zero when it was asked for by name
   */
  Errors check(@Nullable Topic topic, Uuid askedId, int partition, @Nullable String metadata) {
    if (topic == null && TopicLookup.isGiven(askedId)) {
      return Errors.UNKNOWN_TOPIC_ID;
    }
    if (topic == null || !topic.hasPartition(partition)) {
      return Errors.UNKNOWN_TOPIC_OR_PARTITION;
    }
    return metadata != null && metadata.length() > maxMetadataLength
        ? Errors.OFFSET_METADATA_TOO_LARGE
        : Errors.NONE;
  }
}
