/** The program's entry, and below it the server's components. Nothing else may enter here. */
@NullMarked
package io.millrace.server;

import org.jspecify.annotations.NullMarked;
