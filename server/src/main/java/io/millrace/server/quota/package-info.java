/**
 * Quotas of clients (KIP-13, KIP-124, KIP-257, KIP-546, KIP-599, KIP-612): which there are, which
 * of them a client has, and how long it has to wait when it uses more. A state machine of shard 0
 * keeps them and every thread looks them up; how a client is made to wait is the doors' affair.
 */
@NullMarked
package io.millrace.server.quota;

import org.jspecify.annotations.NullMarked;
