@NullMarked
package io.millrace.server.security.acl;

import org.jspecify.annotations.NullMarked;
