/** Races at what is package-private in the package of this name. Not delivered. */
@NullMarked
package io.millrace.jms.transport;

import org.jspecify.annotations.NullMarked;
