package io.millrace.server.door.kafka.wire;

import io.millrace.log.LogSlice;
import java.io.IOException;
import org.apache.kafka.common.network.TransferableChannel;
import org.apache.kafka.common.record.internal.DefaultRecordsSend;
import org.apache.kafka.common.record.internal.RecordsSend;
import org.apache.kafka.common.record.internal.TransferableRecords;

/** Records of a response that lie in a log. Whoever writes or drops the response closes them. */
public final class SliceRecords implements TransferableRecords {
  private final LogSlice slice;
  private final int size;

  /** Takes over the slice. */
  public SliceRecords(LogSlice slice) {
    this.slice = slice;
    this.size = slice.sizeInBytes();
  }

  LogSlice slice() {
    return slice;
  }

  @Override
  public int sizeInBytes() {
    return size;
  }

  @Override
  public int writeTo(TransferableChannel channel, int position, int length) throws IOException {
    return Math.toIntExact(slice.transferTo(channel, position, length));
  }

  @Override
  public RecordsSend<SliceRecords> toSend() {
    return new DefaultRecordsSend<>(this);
  }
}
