/**
 * The configuration: one immutable record for each component, and how it is read from defaults, a
 * file, the environment and the command line. Knows nothing of the components themselves.
 */
@NullMarked
package io.millrace.server.config;

import org.jspecify.annotations.NullMarked;
