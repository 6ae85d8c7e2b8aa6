/**
 * Partitions: the logs of topics while they are open, with what waits for them.
 *
 * <p>Appends go through the partition's shard; reads and waits come from any thread. What a record
 * means to a group, a cursor or a door may not enter.
 */
@NullMarked
package io.millrace.server.partition;

import org.jspecify.annotations.NullMarked;
