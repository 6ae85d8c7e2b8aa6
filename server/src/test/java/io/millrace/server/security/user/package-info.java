@NullMarked
package io.millrace.server.security.user;

import org.jspecify.annotations.NullMarked;
