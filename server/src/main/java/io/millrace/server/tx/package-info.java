/**
 * JMS transactions: what a session sends and acknowledges becomes one durable decision in the state
 * log of one shard, which is then applied to the participants until all of them have it.
 *
 * <p>Rests on partitions and cursors. Sessions, doors and wires may not enter here.
 */
@NullMarked
package io.millrace.server.tx;

import org.jspecify.annotations.NullMarked;
