/** Tests of partitions that need more than the broker shows. */
@NullMarked
package io.millrace.server.partition;

import org.jspecify.annotations.NullMarked;
