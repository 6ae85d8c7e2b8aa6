/**
 * What each request asks for, as Kafka's access rules have it (KIP-11 and those that followed):
 * guards stand before the handlers, take out of a request what its sender may not do, and add the
 * refusals to the answer. Where nothing is checked there are no guards.
 */
@NullMarked
package io.millrace.server.door.kafka.access;

import org.jspecify.annotations.NullMarked;
