/**
 * Kafka consumer groups: the classic group protocol, the new one (KIP-848), in which the server
 * assigns partitions, members that go from one to the other, and offsets that were committed or
 * that transactions under way are to commit.
 *
 * <p>Each group lives in one shard. Requests and answers are the message classes generated from
 * Kafka's schemas, as in Kafka's own coordinator; what is kept are this package's own records.
 * Nothing of networks or of logs may enter.
 */
@NullMarked
package io.millrace.server.group;

import org.jspecify.annotations.NullMarked;
