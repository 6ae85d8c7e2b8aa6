/**
 * Puts a server together and takes it apart again. The only place that knows every component, and
 * the only one where CDI may be used: everything inside is plain constructors. Nothing but the
 * command line may depend on it.
 */
@NullMarked
package io.millrace.server.boot;

import org.jspecify.annotations.NullMarked;
