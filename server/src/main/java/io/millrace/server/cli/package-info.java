/**
 * The command line. Starts a server through {@code boot}; everything else it does with a running
 * server goes through the admin API over HTTP, so that it works from another machine as well.
 */
@NullMarked
package io.millrace.server.cli;

import org.jspecify.annotations.NullMarked;
