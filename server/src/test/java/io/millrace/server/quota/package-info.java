@NullMarked
package io.millrace.server.quota;

import org.jspecify.annotations.NullMarked;
