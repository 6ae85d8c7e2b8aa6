/** A whole server core on one thread, a virtual clock and memory, for tests of the server. */
@NullMarked
package io.millrace.server.testing;

import org.jspecify.annotations.NullMarked;
