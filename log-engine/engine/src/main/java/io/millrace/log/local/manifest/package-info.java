/**
 * The manifest: which logs there are and how much of each is synced, as of the last checkpoint.
 *
 * <p>Knows snapshots of logs and one file; nothing of what happens between checkpoints.
 */
@NullMarked
package io.millrace.log.local.manifest;

import org.jspecify.annotations.NullMarked;
