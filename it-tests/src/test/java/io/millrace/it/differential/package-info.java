/**
 * The same requests to Apache Kafka and to Millrace, and their answers side by side. What differs
 * is listed in {@code docs/kafka-differences.md}, which is what the test reads; the sequences are
 * among the resources, in {@code differential/*.script}.
 */
@NullMarked
package io.millrace.it.differential;

import org.jspecify.annotations.NullMarked;
