/**
 * Logins of Kafka clients: SASL in requests (KIP-43, KIP-152) or in bare frames, again and again
 * where sessions end (KIP-368). What a mechanism is made of may not enter here.
 */
@NullMarked
package io.millrace.server.door.kafka.sasl;

import org.jspecify.annotations.NullMarked;
