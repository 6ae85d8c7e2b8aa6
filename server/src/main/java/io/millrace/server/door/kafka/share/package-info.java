/**
 * Kafka's share sessions (KIP-932): which partitions a member of a share group reads, and what it
 * was given on this connection. A session belongs to its connection and ends with it; what is given
 * and acknowledged is the business of {@code server.cursor}.
 */
@NullMarked
package io.millrace.server.door.kafka.share;

import org.jspecify.annotations.NullMarked;
