/**
 * The local store: a shared journal with group commit, segments per log, a manifest, checkpoints.
 *
 * <p>Threads: the owner of a log appends; the journal's agent makes durable and tells listeners;
 * the writer's agent moves batches to segments; the keeper's agent checkpoints, applies retention
 * and watches the disk; compaction reads and writes on a thread of its own, in steps that the
 * keeper's agent asks for; cold reads and deletions run on a small pool. Doors, shards and anything
 * of JMS or Kafka beyond the batch format may not enter.
 */
@NullMarked
package io.millrace.log.local;

import org.jspecify.annotations.NullMarked;
