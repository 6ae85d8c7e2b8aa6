/** The program and its distribution, used as their users do. */
@NullMarked
package io.millrace.it.program;

import org.jspecify.annotations.NullMarked;
