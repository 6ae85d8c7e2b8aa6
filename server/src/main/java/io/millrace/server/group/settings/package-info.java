/**
 * Settings of single groups (KIP-848, KIP-932): which there are, what they may be, and those that
 * were made. A state machine of shard 0 decides; a view of what is durable is open to every thread.
 * Nothing of members, cursors or doors may enter.
 */
@NullMarked
package io.millrace.server.group.settings;

import org.jspecify.annotations.NullMarked;
