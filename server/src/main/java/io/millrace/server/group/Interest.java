package io.millrace.server.group;

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
  Interest {
    topics = topics.stream().distinct().sorted().toList();
  }

  boolean sameTopics(Interest other) {
    return topics.equals(other.topics) && Objects.equals(pattern, other.pattern);
  }
}
