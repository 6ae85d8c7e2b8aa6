/**
 * JMS messages as Kafka records, both ways, without the JMS API: for the client, and for the parts
 * of the server that look into messages. {@code docs/format/jms-record.md} describes the mapping.
 */
@NullMarked
package io.millrace.jms.wire.message;

import org.jspecify.annotations.NullMarked;
