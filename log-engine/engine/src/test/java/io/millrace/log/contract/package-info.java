/** The tests that every store must pass, and what they stand on. */
@NullMarked
package io.millrace.log.contract;

import org.jspecify.annotations.NullMarked;
