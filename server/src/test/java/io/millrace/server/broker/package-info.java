/** Tests of the server core as a whole. */
@NullMarked
package io.millrace.server.broker;

import org.jspecify.annotations.NullMarked;
