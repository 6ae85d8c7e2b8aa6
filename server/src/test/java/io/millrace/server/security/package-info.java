/** Tests of logins and access rules with real clients and a whole server. */
@NullMarked
package io.millrace.server.security;

import org.jspecify.annotations.NullMarked;
