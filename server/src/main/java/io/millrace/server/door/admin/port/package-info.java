/**
 * What the admin door asks of the broker: a narrow port, its plain values, and the adapter to the
 * broker. Nothing of HTTP or JSON enters.
 */
@NullMarked
package io.millrace.server.door.admin.port;

import org.jspecify.annotations.NullMarked;
