/** A file system in memory that can lose power, fill up and fail, for tests. */
@NullMarked
package io.millrace.log.file;

import org.jspecify.annotations.NullMarked;
