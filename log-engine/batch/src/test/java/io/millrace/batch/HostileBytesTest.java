package io.millrace.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes, the answer is a batch or an InvalidBatchException. */
class HostileBytesTest {

  @Test
  void noticesEveryFlippedBit() {
    ByteBuffer good = batch(3);
    for (int bit = BatchFormat.MAGIC * 8; bit < good.remaining() * 8; bit++) {
      ByteBuffer bad = ByteBuffer.allocate(good.remaining()).put(good.duplicate()).flip();
      bad.put(bit / 8, (byte) (bad.get(bit / 8) ^ (1 << (bit % 8))));
      assertThatThrownBy(() -> BatchChecks.checkProduced(bad))
          .isInstanceOf(InvalidBatchException.class);
    }
  }

  @Test
  void noticesEveryTruncation() {
    ByteBuffer good = batch(3);
    for (int size = 0; size < good.remaining(); size++) {
      ByteBuffer cut = good.slice(0, size);
      assertThatThrownBy(() -> BatchChecks.checkProduced(cut))
          .isInstanceOf(InvalidBatchException.class);
    }
  }

  @Test
  void walksRandomlyDamagedRecordsWithinBounds() {
    long seed = 42;
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      ByteBuffer bytes = batch(1 + random.nextInt(4));
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        int at =
            BatchFormat.HEADER_BYTES + random.nextInt(bytes.remaining() - BatchFormat.HEADER_BYTES);
        bytes.put(at, (byte) random.nextInt());
      }
      RecordBatchView batch = new RecordBatchView().wrap(bytes, 0);
      try {
        BatchChecks.checkRecords(batch);
      } catch (InvalidBatchException expected) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isBetween(1_000, 20_000);
  }

  @Test
  void saysWhatIsWrong() {
    ByteBuffer bytes = batch(1);
    bytes.put(BatchFormat.MAGIC, (byte) 1);
    assertThatThrownBy(() -> BatchChecks.checkProduced(bytes))
        .hasMessageContaining("magic")
        .hasMessageContaining("only 2 is supported");
    assertThatThrownBy(() -> Codec.forId(7)).hasMessageContaining("codec 7");
    ByteBuffer endless = ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, -1, 1});
    assertThatThrownBy(() -> Varints.readVarint(endless)).hasMessageContaining("5 bytes");
  }

  @Test
  void refusesSparseOffsetsFromAProducerButReadsThemFromALog() {
    BatchBuilder builder = new BatchBuilder(100);
    builder.appendAt(2, 5, null, ByteBuffer.allocate(3), null);
    builder.appendAt(7, 5, null, ByteBuffer.allocate(3), null);
    RecordBatchView batch = new RecordBatchView().wrap(builder.build(), 0);

    BatchChecks.checkStored(batch);
    assertThat(batch.nextOffset()).isEqualTo(8);
    assertThatThrownBy(() -> BatchChecks.checkProduced(batch))
        .isInstanceOf(InvalidBatchException.class);
  }

  private static ByteBuffer batch(int records) {
    BatchBuilder builder = new BatchBuilder(100).setProducer(1, (short) 0, 0);
    HeaderBuffer headers = new HeaderBuffer();
    headers.add(new byte[] {'h'}, new byte[] {1, 2, 3}).add(new byte[] {'n'}, (byte[]) null);
    for (int i = 0; i < records; i++) {
      builder.append(1000 + i, ByteBuffer.wrap(new byte[] {7}), ByteBuffer.allocate(5), headers);
    }
    return builder.build();
  }
}
