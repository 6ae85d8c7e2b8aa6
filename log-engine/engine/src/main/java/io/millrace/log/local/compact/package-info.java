/**
 * Compaction of a log by key: which records stay, and the segments written from them.
 *
 * <p>Runs in steps on a thread that may wait for a disk, and changes nothing of the log itself: its
 * owner puts what was written in the place of what was read. Knows segments and the batch format.
 */
@NullMarked
package io.millrace.log.local.compact;

import org.jspecify.annotations.NullMarked;
