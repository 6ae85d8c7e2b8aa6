/** Tests of both doors at once. */
@NullMarked
package io.millrace.server.door;

import org.jspecify.annotations.NullMarked;
