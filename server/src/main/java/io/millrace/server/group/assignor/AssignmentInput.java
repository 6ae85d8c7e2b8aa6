package io.millrace.server.group.assignor;

import io.millrace.log.LogId;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is to share which topics.
 *
 * @param members by member id
 * @param topics the number of partitions of every topic that a member reads, 1 or more
 */
public record AssignmentInput(Map<String, Subscriber> members, Map<UUID, Integer> topics) {

  /**
   * A member.
   *
   * @param instanceId of a static member, else null
   * @param topics that it reads; those that are not among {@link AssignmentInput#topics} do not
   *     count
   * @param current what it was to have until now, which it is to keep where that does not unbalance
   *     the group
   */
  public record Subscriber(@Nullable String instanceId, Set<UUID> topics, Set<LogId> current) {}
}
