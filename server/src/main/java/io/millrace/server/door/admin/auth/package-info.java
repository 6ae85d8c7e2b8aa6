/**
 * Who may use the admin door: the token, sessions of the console, throttled logins, the allowed
 * host names. Nothing of HTTP servers enters, so that the rules can be tested alone.
 */
@NullMarked
package io.millrace.server.door.admin.auth;

import org.jspecify.annotations.NullMarked;
