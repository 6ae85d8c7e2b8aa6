/** The console, used by a browser against a server process. */
@NullMarked
package io.millrace.it.console;

import org.jspecify.annotations.NullMarked;
