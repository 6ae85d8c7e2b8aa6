/**
 * Producers: their ids, numbers that are given out once and never again, and the coordinator of
 * Kafka transactions.
 *
 * <p>A transactional id belongs to a shard, as a group does. What partitions remember of producers
 * and of open transactions is the log engine's, and what groups have pending is theirs; here is
 * decided who may write, and how a transaction ends.
 */
@NullMarked
package io.millrace.server.producer;

import org.jspecify.annotations.NullMarked;
