/** Races at what is package-private in the package of this name. Not delivered. */
@NullMarked
package io.millrace.server.door.kafka.wire;

import org.jspecify.annotations.NullMarked;
