package io.millrace.server.door.kafka.wire;

import io.millrace.log.LogSlice;
import io.millrace.server.net.BufferChannel;
import io.millrace.server.net.LogSliceRegion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * Encodes a response into the pieces that are written to the channel: one buffer when it has no
 * records, else buffers and, between them, records that the kernel moves from the log's file to the
 * socket. Small runs of records are copied, which costs less than a system call of their own.
 */
final class ResponseEncoder implements Writable {
  /** Records up to this size are copied into the buffer around them. */
  private static final int COPIED_BYTES = 8 * 1024;

  private final ByteBuf buffer;
  private final List<Object> pieces = new ArrayList<>(1);

  private ResponseEncoder(ByteBuf buffer) {
    this.buffer = buffer;
  }

  /**
   * Encodes. The pieces are {@link ByteBuf}s and {@link LogSliceRegion}s that are released by being
   * written; the message's records belong to them.
   */
  static List<Object> encode(
      ByteBufAllocator allocator, ResponseHeader header, ApiMessage message, short version) {
    ObjectSerializationCache cache = new ObjectSerializationCache();
    MessageSizeAccumulator size = new MessageSizeAccumulator();
    header.data().addSize(size, cache, header.headerVersion());
    message.addSize(size, cache, version);
    int records = size.totalSize() - size.sizeExcludingZeroCopy();
    int copied = records <= COPIED_BYTES ? records : 0;
    ByteBuf buffer = allocator.ioBuffer(Integer.BYTES + size.sizeExcludingZeroCopy() + copied);
    ResponseEncoder encoder = new ResponseEncoder(buffer);
    try {
      buffer.writeInt(size.totalSize());
      header.data().write(encoder, cache, header.headerVersion());
      message.write(encoder, cache, version);
      encoder.cut();
      return encoder.pieces;
    } catch (RuntimeException e) {
      encoder.pieces.forEach(ReferenceCountUtil::release);
      throw e;
    } finally {
      buffer.release();
    }
  }

  /** Makes a piece of what was written since the last one. */
  private void cut() {
    if (buffer.isReadable()) {
      pieces.add(buffer.readRetainedSlice(buffer.readableBytes()));
    }
  }

  @Override
  public void writeRecords(BaseRecords records) {
    if (records instanceof SliceRecords logged) {
      writeSlice(logged.slice());
    } else if (records instanceof SlicesRecords logged) {
      logged.slices().forEach(this::writeSlice);
    } else if (records instanceof MemoryRecords memory) {
      buffer.writeBytes(memory.buffer());
    } else {
      throw new IllegalArgumentException("records of an unknown kind: " + records.getClass());
    }
  }

  private void writeSlice(LogSlice slice) {
    if (slice.sizeInBytes() > COPIED_BYTES) {
      cut();
      pieces.add(new LogSliceRegion(slice));
      return;
    }
    try (slice) {
      copy(slice);
    } catch (IOException e) {
      throw new UncheckedIOException("reading records for a response", e);
    }
  }

  private void copy(LogSlice slice) throws IOException {
    BufferChannel target = new BufferChannel(buffer);
    int size = slice.sizeInBytes();
    long copied = 0;
    while (copied < size) {
      long moved = slice.transferTo(target, copied, size - copied);
      if (moved <= 0) {
        throw new EOFException("a log gave " + copied + " of " + size + " bytes");
      }
      copied += moved;
    }
  }

  @Override
  public void writeByte(byte value) {
    buffer.writeByte(value);
  }

  @Override
  public void writeShort(short value) {
    buffer.writeShort(value);
  }

  @Override
  public void writeInt(int value) {
    buffer.writeInt(value);
  }

  @Override
  public void writeLong(long value) {
    buffer.writeLong(value);
  }

  @Override
  public void writeDouble(double value) {
    buffer.writeDouble(value);
  }

  @Override
  public void writeByteArray(byte[] bytes) {
    buffer.writeBytes(bytes);
  }

  @Override
  public void writeByteBuffer(ByteBuffer bytes) {
    buffer.writeBytes(bytes.duplicate());
  }

  @Override
  public void writeUnsignedVarint(int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      buffer.writeByte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    buffer.writeByte(rest);
  }

  @Override
  public void writeVarint(int value) {
    writeUnsignedVarint((value << 1) ^ (value >> 31));
  }

  @Override
  public void writeVarlong(long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      buffer.writeByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    buffer.writeByte((int) rest);
  }
}
