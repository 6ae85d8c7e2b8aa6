/**
 * What the HTTP port answers beside the admin API: the guard in front of everything, health,
 * metrics, and the console's files. Jetty handlers; no broker.
 */
@NullMarked
package io.millrace.server.door.admin.http;

import org.jspecify.annotations.NullMarked;
