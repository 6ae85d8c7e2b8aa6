/**
 * The client's engine: one connection to the server that survives breaks, the requests under way on
 * it, and what sends, consumes and acknowledges over it. Of JMS it knows the exceptions only;
 * messages and sessions are built on it.
 */
@NullMarked
package io.millrace.jms.link;

import org.jspecify.annotations.NullMarked;
