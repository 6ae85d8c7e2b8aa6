/**
 * Sockets: frames to bytes and back over Netty. The only package that knows Netty; nothing of JMS
 * enters here.
 */
@NullMarked
package io.millrace.jms.transport;

import org.jspecify.annotations.NullMarked;
