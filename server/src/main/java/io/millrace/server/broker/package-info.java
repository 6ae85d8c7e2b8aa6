/**
 * The broker: what doors may ask of the server, from any thread, and the core that puts shards and
 * state machines together.
 *
 * <p>The doors know this package and nothing below it but the types in its signatures. Nothing of
 * wire formats or networks may enter.
 */
@NullMarked
package io.millrace.server.broker;

import org.jspecify.annotations.NullMarked;
