/**
 * Who may come in: users with their SCRAM credentials, which a state machine of shard 0 keeps, and
 * the checks of what clients say of themselves. How that travels is the doors' affair; what a user
 * may do is {@code security.acl}'s.
 */
@NullMarked
package io.millrace.server.security.user;

import org.jspecify.annotations.NullMarked;
