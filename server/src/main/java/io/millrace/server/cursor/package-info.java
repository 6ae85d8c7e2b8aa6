/**
 * Cursors: individual acknowledgement over a partition's log. JMS queues and subscriptions are
 * cursors; every part of one lives on the shard of its partition.
 *
 * <p>What a cursor must know for ever (what is settled, how often something was delivered) is
 * decided, recorded and replayed; what is in flight, waiting and scheduled is kept in memory only
 * and found again by scanning the log. Nothing of doors, wires and transactions may enter here.
 */
@NullMarked
package io.millrace.server.cursor;

import org.jspecify.annotations.NullMarked;
