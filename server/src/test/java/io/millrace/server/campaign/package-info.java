/**
 * A whole server in simulated histories: clients of queues, transactions, logs and groups, while
 * power is lost, processes are killed, the disk fills, clocks jump and answers go astray. Each
 * history is decided by its seed.
 *
 * <p>Start at {@code ServerHistory}. Its cast is one of two: clients that ask the broker itself
 * ({@code CoreCast}), or clients of both protocols that talk to the doors over sockets that break
 * ({@code DoorCast}), in some histories members of share groups. Which one is decided by the seed's
 * last three bits.
 */
@NullMarked
package io.millrace.server.campaign;

import org.jspecify.annotations.NullMarked;
