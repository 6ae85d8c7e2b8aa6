package io.millrace.server.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.batch.BatchFormat;
import io.millrace.batch.RecordBatchView;
import io.millrace.log.StoreException;
import io.millrace.server.partition.AbortedBatches;
import io.millrace.server.partition.ClientBatches;
import io.millrace.server.partition.RecordRules;
import io.millrace.server.partition.RefusedBatchException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A client's batch is refused, or every record of it can be delivered. Whatever lies in a log can
 * be laid out, or is reported as damaged, within the memory that it may take.
 */
class ClientBatchFuzzTest {
  private static final int MAX_BYTES = 1 << 20;
  private static final int CRC = 17;

  @FuzzTest(maxDuration = "10m")
  void takeAndDeliver(byte[] bytes) {
    if (bytes.length < BatchFormat.HEADER_BYTES) {
      return;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.putInt(8, bytes.length - BatchFormat.LENGTH_OVERHEAD);
    buffer.put(16, BatchFormat.CURRENT_MAGIC);
    buffer.putInt(CRC, (int) new RecordBatchView().wrap(buffer, 0).computeCrc());
    List<String> damage = new ArrayList<>();
    RecordBlock block;
    try {
      RecordBatchView taken =
          new ClientBatches(MAX_BYTES).check(buffer.duplicate(), RecordRules.ANY);
      block = parse(buffer, damage);
      assertThat(damage).isEmpty();
      assertThat(block.count(block.baseOffset(), block.lastOffset()))
          .isEqualTo(taken.recordCount());
    } catch (RefusedBatchException | StoreException refused) {
      block = parse(buffer, damage);
    }
    assertThat(block.sizeInBytes()).isLessThanOrEqualTo(MAX_BYTES + 8);
  }

  private static RecordBlock parse(ByteBuffer buffer, List<String> damage) {
    return new BlockParser(MAX_BYTES).parse(buffer.duplicate(), AbortedBatches.NONE, damage).get(0);
  }
}
