package io.millrace.server.group.assignor;

import io.millrace.log.LogId;
import java.util.Map;
import java.util.Set;

/**
 * A strategy by which the partitions that a group reads are shared out. Every partition of a topic
 * that somebody reads goes to exactly one of its readers. Immutable; any thread.
 */
public sealed interface PartitionAssignor permits RangeAssignor, UniformAssignor {

  /** The name by which clients ask for it. */
  String name();

  /** The partitions of every member; none for some, when there are more members than partitions. */
  Map<String, Set<LogId>> assign(AssignmentInput input);
}
