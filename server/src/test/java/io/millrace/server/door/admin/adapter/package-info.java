/** Tests of how the admin door asks the broker. */
@NullMarked
package io.millrace.server.door.admin.adapter;

import org.jspecify.annotations.NullMarked;
