/**
 * Who may do what: rules as Kafka's administrators know them (KIP-11, KIP-290), which a state
 * machine of shard 0 keeps and every thread looks up. Which request asks for what is the doors'
 * affair.
 */
@NullMarked
package io.millrace.server.security.acl;

import org.jspecify.annotations.NullMarked;
