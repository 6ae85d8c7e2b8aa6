/** Races at what is package-private in the package of this name. Not delivered. */
@NullMarked
package io.millrace.log.file;

import org.jspecify.annotations.NullMarked;
