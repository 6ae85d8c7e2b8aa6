/**
 * The bytes of the local store's files: where each field lies, who writes and who reads it.
 *
 * <p>Each format has one class here and one page in {@code docs/format}; a test holds the page's
 * table against the class's {@link io.millrace.log.local.format.Layout}. Pure: no file is touched.
 */
@NullMarked
package io.millrace.log.local.format;

import org.jspecify.annotations.NullMarked;
