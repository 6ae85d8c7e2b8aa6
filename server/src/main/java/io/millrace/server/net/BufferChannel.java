package io.millrace.server.net;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A buffer as a channel to write to. It takes all that it is given.
 *
 * @param buffer belongs to somebody else, who releases it
 */
public record BufferChannel(ByteBuf buffer) implements WritableByteChannel {
  @Override
  public int write(ByteBuffer bytes) {
    int count = bytes.remaining();
    buffer.writeBytes(bytes);
    return count;
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {
    // the buffer's owner sees to it
  }
}
