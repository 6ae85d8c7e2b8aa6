/**
 * The frames that the JMS client and the server exchange, as bytes and as records.
 *
 * <p>Pure: {@link java.nio.ByteBuffer} in and out, no sockets, no threads, no Netty. What a frame
 * means is written in {@code docs/format/jms-wire.md}; a test holds that page against this package.
 */
@NullMarked
package io.millrace.jms.wire;

import org.jspecify.annotations.NullMarked;
