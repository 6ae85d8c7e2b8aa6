/**
 * Kafka's v2 record batch as bytes: views over existing batches, a builder for new ones, checks.
 *
 * <p>Pure: no I/O, no threads, no dependency. Both the engine and the JMS client stand on it.
 */
@NullMarked
package io.millrace.batch;

import org.jspecify.annotations.NullMarked;
