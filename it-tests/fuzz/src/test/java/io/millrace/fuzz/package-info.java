/**
 * What takes bytes from outside, under inputs that Jazzer finds. A build replays the inputs kept
 * beside each test; {@code ./millrace campaign fuzz} looks for new ones.
 */
@NullMarked
package io.millrace.fuzz;

import org.jspecify.annotations.NullMarked;
