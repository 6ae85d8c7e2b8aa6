/** Tests of what compaction is made of. */
@NullMarked
package io.millrace.log.local.compact;

import org.jspecify.annotations.NullMarked;
