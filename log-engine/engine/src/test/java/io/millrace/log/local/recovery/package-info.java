/** Tests of recovery's parts that the tests of the whole store come to only seldom. */
@NullMarked
package io.millrace.log.local.recovery;

import org.jspecify.annotations.NullMarked;
