/**
 * The console as a web application: its files, and a proxy for its requests to one configured
 * server. Stands on the servlet API alone, so that any container runs it; decides nothing about who
 * may do what, which stays with the server.
 */
@NullMarked
package io.millrace.console.war;

import org.jspecify.annotations.NullMarked;
