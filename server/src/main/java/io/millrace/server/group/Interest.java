package io.millrace.server.group;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a member of a consumer group wants to read. Immutable.
 *
 * @param topics names, whether such topics exist or not; sorted, none twice
 * @param pattern topics whose whole name matches this, too (RE2); null for none
 * @param assignor that it would like; null when any will do
 */
record Interest(List<String> topics, @Nullable String pattern, @Nullable String assignor) {
  private static final int BYTES_PER_NAME = 4;

  Interest {
    topics = topics.stream().distinct().sorted().toList();
  }

  /** Whether it names this topic. */
  boolean names(String topic) {
    return Collections.binarySearch(topics, topic) >= 0;
  }

  /** About how many bytes it takes in a record. */
  long bytes() {
    long bytes = pattern == null ? 0 : pattern.length();
    for (String topic : topics) {
      bytes += BYTES_PER_NAME + topic.length();
    }
    return bytes;
  }

  boolean sameTopics(Interest other) {
    return topics.equals(other.topics) && Objects.equals(pattern, other.pattern);
  }
}
