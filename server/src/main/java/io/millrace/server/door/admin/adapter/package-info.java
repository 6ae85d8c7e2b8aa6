/** The admin door's port, made of the broker facade. The only place where the door knows it. */
@NullMarked
package io.millrace.server.door.admin.adapter;

import org.jspecify.annotations.NullMarked;
