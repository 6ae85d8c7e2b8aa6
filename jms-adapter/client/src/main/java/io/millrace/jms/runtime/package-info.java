/** The client's only source of threads, time and randomness. Nothing of JMS enters here. */
@NullMarked
package io.millrace.jms.runtime;

import org.jspecify.annotations.NullMarked;
