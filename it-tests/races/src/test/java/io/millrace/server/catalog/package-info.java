/** Races at what is package-private in the package of this name. Not delivered. */
@NullMarked
package io.millrace.server.catalog;

import org.jspecify.annotations.NullMarked;
