/**
 * The journal's files: preallocated, written in commits, used again after checkpoints.
 *
 * <p>Knows entries and files; nothing of logs' states, listeners or segments.
 */
@NullMarked
package io.millrace.log.local.journal;

import org.jspecify.annotations.NullMarked;
