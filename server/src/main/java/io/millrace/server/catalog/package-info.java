/**
 * The topic catalogue: which topics and queues exist, their ids, partitions and configurations.
 *
 * <p>A state machine of shard 0 decides; a view of what is durable is open to every thread. Nothing
 * of logs, groups or doors may enter.
 */
@NullMarked
package io.millrace.server.catalog;

import org.jspecify.annotations.NullMarked;
