/** The JMS client against a real server process: kills, restarts, and Kafka clients beside it. */
@NullMarked
package io.millrace.it.jms;

import org.jspecify.annotations.NullMarked;
