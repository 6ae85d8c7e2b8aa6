/**
 * Tokens (JWT, RFC 7519) by which clients show who they are: the keys that sign them (RFC 7517),
 * kept fresh, and the check. How tokens travel is the doors' affair.
 */
@NullMarked
package io.millrace.server.security.token;

import org.jspecify.annotations.NullMarked;
