/** Unmodified Kafka clients and Kafka's own programs against a server process. */
@NullMarked
package io.millrace.it.kafka;

import org.jspecify.annotations.NullMarked;
