/**
 * The options of a connection factory: names, defaults, ranges, and the URI that carries them.
 * Pure.
 */
@NullMarked
package io.millrace.jms.config;

import org.jspecify.annotations.NullMarked;
