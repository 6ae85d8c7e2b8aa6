/**
 * Kafka's fetch sessions (KIP-227): what a consumer asked for before, so that it need not ask for
 * it again. A session belongs to its connection and ends with it.
 */
@NullMarked
package io.millrace.server.door.kafka.fetch;

import org.jspecify.annotations.NullMarked;
