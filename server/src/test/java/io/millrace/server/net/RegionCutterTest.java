package io.millrace.server.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogSlice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RegionCutterTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new RegionCutter());

  @Test
  void passesBytesOfLogsOnAsBuffersBetweenTheOthersInOrder() throws IOException {
    byte[] bytes = new byte[1 << 20];
    new Random(1).nextBytes(bytes);
    Slice slice = new Slice(bytes, bytes.length);

    List<ChannelFuture> written =
        List.of(
            channel.write(text("before")),
            channel.write(new LogSliceRegion(slice)),
            channel.writeAndFlush(text("behind")));

    List<Integer> sizes = new ArrayList<>();
    byte[] sent = take(sizes);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.write("before".getBytes(US_ASCII));
    expected.write(bytes);
    expected.write("behind".getBytes(US_ASCII));
    assertThat(sent).isEqualTo(expected.toByteArray());
    assertThat(sizes).hasSizeGreaterThan(3).allMatch(size -> size <= 64 << 10);
    assertThat(written).allMatch(ChannelFuture::isSuccess);
    assertThat(slice.closed).isTrue();
  }

  @Test
  void closesTheConnectionWhenALogHasLessThanItPromised() {
    Slice slice = new Slice(new byte[200_000], 100_000);

    List<ChannelFuture> written =
        List.of(channel.write(new LogSliceRegion(slice)), channel.writeAndFlush(text("behind")));

    assertThat(written).noneMatch(ChannelFuture::isSuccess);
    assertThat(channel.isOpen()).isFalse();
    assertThat(slice.closed).isTrue();
    channel.releaseOutbound();
  }

  @Test
  void givesBackWhatWaitsWhenTheConnectionIsClosed() {
    Slice slice = new Slice(new byte[100], 100);

    ChannelFuture written = channel.write(new LogSliceRegion(slice));
    assertThat(channel.close().isSuccess()).isTrue();

    assertThat(written.isSuccess()).isFalse();
    assertThat(slice.closed).isTrue();
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, US_ASCII);
  }

  private byte[] take(List<Integer> sizes) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
      sizes.add(piece.readableBytes());
      piece.readBytes(all, piece.readableBytes());
      piece.release();
    }
    return all.toByteArray();
  }

  /** Bytes, of which the log has only the first. */
  private static final class Slice implements LogSlice {
    private final byte[] bytes;
    private final int there;
    private boolean closed;

    Slice(byte[] bytes, int there) {
      this.bytes = bytes;
      this.there = there;
    }

    @Override
    public int sizeInBytes() {
      return bytes.length;
    }

    @Override
    public long nextOffset() {
      return 1;
    }

    @Override
    public long transferTo(WritableByteChannel target, long position, long count)
        throws IOException {
      int most = (int) Math.min(count, there - position);
      return most <= 0 ? 0 : target.write(ByteBuffer.wrap(bytes, (int) position, most));
    }

    @Override
    public ByteBuffer bytes() {
      return ByteBuffer.wrap(bytes);
    }

    @Override
    public boolean inMemory() {
      return true;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
