/** Tests of the listener over real sockets. */
@NullMarked
package io.millrace.server.net;

import org.jspecify.annotations.NullMarked;
