/**
 * The console as whoever serves it sees it: its files, which lie in this package as resources, and
 * the headers that go with them. The server and the WAR use it; it knows neither, nor any HTTP
 * library.
 */
@NullMarked
package io.millrace.console;

import org.jspecify.annotations.NullMarked;
