/** Tests of the configuration and of its reference page. */
@NullMarked
package io.millrace.server.config;

import org.jspecify.annotations.NullMarked;
