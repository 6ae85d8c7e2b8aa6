/** Tests of the batch format, against Kafka's own implementation of it. */
@NullMarked
package io.millrace.batch;

import org.jspecify.annotations.NullMarked;
