/** Tests of the admin door. */
@NullMarked
package io.millrace.server.door.admin;

import org.jspecify.annotations.NullMarked;
