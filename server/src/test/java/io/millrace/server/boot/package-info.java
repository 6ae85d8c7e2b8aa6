/** Tests of a server put together and taken apart. */
@NullMarked
package io.millrace.server.boot;

import org.jspecify.annotations.NullMarked;
