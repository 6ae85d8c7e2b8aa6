/**
 * The shard runtime: decide, record, replay.
 *
 * <p>A shard owns state, has one thread and one state log. A handler reads state and returns a
 * {@link io.millrace.server.shard.Decision}; the runtime replays its records into the state,
 * appends them to the state log and holds the reply until they are durable. Recovery replays the
 * same records through the same code. Nothing of topics, groups or doors may enter here.
 */
@NullMarked
package io.millrace.server.shard;

import org.jspecify.annotations.NullMarked;
