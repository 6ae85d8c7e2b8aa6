/**
 * The one seam between the engine and a file system: everything that is read, written, synced,
 * renamed or deleted goes through {@link io.millrace.log.file.FileSystem}, so that a test can put a
 * file system with faults under a whole server.
 *
 * <p>Nothing outside this package touches {@code java.nio.file} or a {@code FileChannel}. Nothing
 * of logs or batches may enter.
 */
@NullMarked
package io.millrace.log.file;

import org.jspecify.annotations.NullMarked;
