package io.millrace.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SeveralBatchesTest {

  @Test
  void walksBatchesAndReportsAnIncompleteTail() {
    ByteBuffer all = ByteBuffer.allocate(1000);
    all.position(17);
    for (int i = 1; i <= 3; i++) {
      all.put(build(i));
    }
    ByteBuffer tail = build(9);
    all.put(tail.slice(0, 30));
    all.flip().position(17);

    RecordBatchView batch = new RecordBatchView();
    int seen = 0;
    for (boolean found = batch.first(all); found; found = batch.next()) {
      seen++;
      assertThat(batch.recordCount()).isEqualTo(seen);
      assertThat(batch.slice()).isEqualTo(build(seen));
    }

    assertThat(seen).isEqualTo(3);
    assertThat(batch.trailingBytes()).isEqualTo(30);
    assertThat(all.position()).isEqualTo(17);
  }

  @Test
  void slicesOfARecordAreItsBytes() {
    ByteBuffer bytes = build(2);
    RecordIterator records = new RecordIterator().over(new RecordBatchView().wrap(bytes, 0));
    int position = BatchFormat.HEADER_BYTES;
    while (records.next()) {
      RecordView record = records.record();
      assertThat(record.position()).isEqualTo(position);
      position += record.sizeInBytes();
      assertThat(record.slice().remaining()).isEqualTo(record.sizeInBytes());
    }
    assertThat(position).isEqualTo(bytes.remaining());
  }

  @Test
  void varintsComeBackAsTheyWentIn() {
    ByteBuffer buffer = ByteBuffer.allocate(20);
    for (int shift = 0; shift < 64; shift++) {
      for (long value : new long[] {1L << shift, (1L << shift) - 1, -(1L << shift)}) {
        buffer.clear();
        Varints.writeVarlong(buffer, value);
        assertThat(buffer.position()).isEqualTo(Varints.sizeOfVarlong(value));
        assertThat(Varints.readVarlong(buffer.flip())).isEqualTo(value);
        buffer.clear();
        Varints.writeVarint(buffer, (int) value);
        assertThat(buffer.position()).isEqualTo(Varints.sizeOfVarint((int) value));
        assertThat(Varints.readVarint(buffer.flip())).isEqualTo((int) value);
      }
    }
  }

  @Test
  void sequencesWrapToZero() {
    assertThat(Sequences.plus(Integer.MAX_VALUE, 1)).isZero();
    assertThat(Sequences.follows(Integer.MAX_VALUE, 0)).isTrue();
    assertThat(Sequences.follows(4, 6)).isFalse();
  }

  private static ByteBuffer build(int records) {
    BatchBuilder builder = new BatchBuilder(64);
    for (int i = 0; i < records; i++) {
      builder.append(i, null, ByteBuffer.wrap(new byte[] {(byte) i}));
    }
    return builder.build();
  }
}
