/** The registry of the server's measures. Every component may record into it; it knows none. */
@NullMarked
package io.millrace.server.metrics;

import org.jspecify.annotations.NullMarked;
