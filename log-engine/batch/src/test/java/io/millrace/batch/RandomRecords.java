package io.millrace.batch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/** Records of all shapes, drawn from a seed. */
final class RandomRecords {
  private final Random random;

  RandomRecords(long seed) {
    this.random = new Random(seed);
  }

  List<SimpleRecord> some(int most) {
    int count = 1 + random.nextInt(most);
    List<SimpleRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Header[] headers = new Header[random.nextInt(4)];
      for (int h = 0; h < headers.length; h++) {
        headers[h] = new RecordHeader("k\u00e9y" + random.nextInt(5), bytes(200));
      }
      long timestamp = 3_700_000_000_000L + random.nextInt() * (random.nextBoolean() ? 1L : 1000L);
      records.add(new SimpleRecord(timestamp, bytes(70), bytes(3000), headers));
    }
    return records;
  }

  byte @Nullable [] bytes(int most) {
    if (random.nextInt(5) == 0) {
      return null;
    }
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }
}
