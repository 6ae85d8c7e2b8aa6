/** Tests of tokens. */
@NullMarked
package io.millrace.server.security.token;

import org.jspecify.annotations.NullMarked;
