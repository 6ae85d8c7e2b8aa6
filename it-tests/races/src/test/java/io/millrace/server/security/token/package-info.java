/** Races at what is package-private in the package of this name. Not delivered. */
@NullMarked
package io.millrace.server.security.token;

import org.jspecify.annotations.NullMarked;
