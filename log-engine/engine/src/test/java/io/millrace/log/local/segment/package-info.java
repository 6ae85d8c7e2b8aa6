/** Tests of the segments' parts that the tests of the whole store cannot bring about. */
@NullMarked
package io.millrace.log.local.segment;

import org.jspecify.annotations.NullMarked;
