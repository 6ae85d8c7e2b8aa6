/** Rules that hold for the whole engine. */
@NullMarked
package io.millrace.log;

import org.jspecify.annotations.NullMarked;
