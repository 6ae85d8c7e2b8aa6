package io.millrace.jms.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;

/**
 * A socket to which any thread may write past the event loop, one at a time and while nothing that
 * the loop is to write is left. Only for sockets whose bytes are those of the frames: not with TLS.
 */
final class DirectChannel extends NioSocketChannel {

  /** Whether the socket has everything that was flushed. Any thread. */
  boolean isFlushed() {
    ChannelOutboundBuffer buffer = unsafe().outboundBuffer();
    return buffer != null && buffer.totalPendingWriteBytes() == 0;
  }

  /**
   * Writes what the socket takes now and moves the reader index behind it. Does not wait, so that
   * an interrupt of the calling thread does not close the channel.
   */
  void writeNow(ByteBuf bytes) throws IOException {
    int unused = bytes.readBytes(javaChannel(), bytes.readableBytes());
  }
}
