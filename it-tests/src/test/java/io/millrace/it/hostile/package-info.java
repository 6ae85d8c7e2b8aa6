/** Clients that do what no client should, beside clients that must not notice. */
@NullMarked
package io.millrace.it.hostile;

import org.jspecify.annotations.NullMarked;
