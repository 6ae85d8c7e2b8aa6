/**
 * The segments of one log: files of record batches with a sparse index, the batches that are not in
 * a file yet, and how both are read.
 *
 * <p>Knows nothing of the journal, of durability or of other logs; the store above decides what is
 * written and synced when.
 */
@NullMarked
package io.millrace.log.local.segment;

import org.jspecify.annotations.NullMarked;
