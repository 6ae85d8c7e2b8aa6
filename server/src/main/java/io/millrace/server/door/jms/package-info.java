/**
 * The JMS door: connections of the JMS client, their sessions and consumers, and what of them
 * outlives a broken socket. Turns frames into requests to the broker and back.
 *
 * <p>The wire format is {@code io.millrace.jms.wire}'s; what a queue or a transaction is, the
 * broker knows. No other door may enter here.
 */
@NullMarked
package io.millrace.server.door.jms;

import org.jspecify.annotations.NullMarked;
