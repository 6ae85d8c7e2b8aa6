/** Tests of the group coordinator, on a stepped server. */
@NullMarked
package io.millrace.server.group;

import org.jspecify.annotations.NullMarked;
