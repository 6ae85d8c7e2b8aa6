package io.millrace.server.door.kafka.wire;

import io.millrace.log.LogSlice;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.network.TransferableChannel;
import org.apache.kafka.common.record.internal.DefaultRecordsSend;
import org.apache.kafka.common.record.internal.RecordsSend;
import org.apache.kafka.common.record.internal.TransferableRecords;

/**
 * Records of a response that lie in several places of a log, one behind the other. Whoever writes
 * or drops the response closes them.
 */
public final class SlicesRecords implements TransferableRecords {
  private final List<LogSlice> slices;
  private final int size;

  /** Takes over the slices, which must not have 2 GiB together. */
  public SlicesRecords(List<LogSlice> slices) {
    this.slices = List.copyOf(slices);
    this.size = Math.toIntExact(slices.stream().mapToLong(LogSlice::sizeInBytes).sum());
  }

  List<LogSlice> slices() {
    return slices;
  }

  @Override
  public int sizeInBytes() {
    return size;
  }

  @Override
  public int writeTo(TransferableChannel channel, int position, int length) throws IOException {
    int skipped = 0;
    for (LogSlice slice : slices) {
      if (position - skipped < slice.sizeInBytes()) {
        int within = position - skipped;
        int count = Math.min(length, slice.sizeInBytes() - within);
        return Math.toIntExact(slice.transferTo(channel, within, count));
      }
      skipped += slice.sizeInBytes();
    }
    return 0;
  }

  @Override
  public RecordsSend<SlicesRecords> toSend() {
    return new DefaultRecordsSend<>(this);
  }
}
