/**
 * The admin door: one HTTP port with health, metrics, the admin API and the console. {@link
 * io.millrace.server.door.admin.AdminServer} puts it together; it knows the broker only through
 * {@link io.millrace.server.door.admin.port.AdminBroker}. Nothing depends on this package but the
 * server's boot.
 */
@NullMarked
package io.millrace.server.door.admin;

import org.jspecify.annotations.NullMarked;
