/** What integration tests are made of: servers and other programs as processes of their own. */
@NullMarked
package io.millrace.it.support;

import org.jspecify.annotations.NullMarked;
