/** Benchmarks of what is package-private in the server's package of this name. Not delivered. */
@NullMarked
package io.millrace.server.cursor;

import org.jspecify.annotations.NullMarked;
