/**
 * JNDI: an initial context out of properties, and the factory that makes administered objects of
 * references.
 */
@NullMarked
package io.millrace.jms.jndi;

import org.jspecify.annotations.NullMarked;
