/** Tests of the assignors: balance, and that nothing moves without need. */
@NullMarked
package io.millrace.server.group.assignor;

import org.jspecify.annotations.NullMarked;
