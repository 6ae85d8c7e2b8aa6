/**
 * Applications as users write them: plain Jakarta Messaging and plain {@code kafka-clients}. No
 * class of Millrace may be imported here; the JMS provider comes from {@code jndi.properties}.
 */
@NullMarked
package io.millrace.examples;

import org.jspecify.annotations.NullMarked;
