/**
 * What happens when a data directory is opened, in passes that can be tested alone: take the
 * directory, load the manifest, scan the journal, cut torn tails, apply the journal again, sync.
 *
 * <p>Reads and mends files; starts nothing. What lies below the last checkpoint is not looked at.
 */
@NullMarked
package io.millrace.log.local.recovery;

import org.jspecify.annotations.NullMarked;
