/** Tests of the catalogue that need more than the broker shows. */
@NullMarked
package io.millrace.server.catalog;

import org.jspecify.annotations.NullMarked;
