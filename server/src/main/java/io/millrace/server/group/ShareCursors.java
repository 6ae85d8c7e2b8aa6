package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.shard.Reply;
import java.util.Optional;

/**
 * The cursors with which share groups consume, as their coordinator needs them: they live on the
 * shards of their partitions. Any thread; answers come on any thread.
 */
public interface ShareCursors {

  /**
   * Where a group is in a partition.
   *
   * @param start everything below is done with; not below the start of the log
   * @param lag how many records are not done with
   */
  record Position(long start, long lag) {}

  /**
   * Sees to it that a group has a cursor in a partition; a new one begins where the group's
   * settings say. Answers when that is durable; where the partition does not exist it fails with
   * {@link io.millrace.server.catalog.CatalogException}.
   */
  void ensure(String groupId, LogId partition, Reply<Void> reply);

  /** Puts a group's cursor, made if need be, to an offset. Answers when that is durable. */
  void move(String groupId, LogId partition, long offset, Reply<Void> reply);

  /** Ends a group's own cursor, if there is one. Answers when that is durable. */
  void remove(String groupId, LogId partition, Reply<Void> reply);

  /** Where a group is; empty where it has no cursor. */
  void position(String groupId, LogId partition, Reply<Optional<Position>> reply);
}
