package io.millrace.server.producer;

import io.millrace.server.shard.Reply;

/** The consumer groups that take part in transactions, for the coordinator. Any thread. */
@FunctionalInterface
public interface TransactionGroups {

  /**
   * What a producer has pending in a group counts, or is dropped. Answers when that is durable.
   * Saying it again does no harm.
   *
   * @param epoch of the marker: that of the transaction, or a higher one
   */
  void end(String groupId, long producerId, short epoch, boolean commit, Reply<Void> reply);
}
