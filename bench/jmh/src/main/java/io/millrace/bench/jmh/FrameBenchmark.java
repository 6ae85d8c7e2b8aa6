package io.millrace.bench.jmh;

import io.millrace.batch.RecordBatchView;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.DeliverChunk;
import io.millrace.jms.wire.Frame;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sidecar;
import io.millrace.jms.wire.WireException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Encodes and decodes the frames that carry messages. An operation is a frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameBenchmark {
  /** What the frame is: a message of 1 KiB, or the records of ten out of one batch. */
  public enum Kind {
    SEND,
    DELIVER
  }

  @Param({"SEND", "DELIVER"})
  Kind kind = Kind.SEND;

  private Frame frame = frame(kind);
  private ByteBuffer encoded = FrameEncoder.encode(0, frame);
  private ByteBuffer target = ByteBuffer.allocateDirect(encoded.limit());

  @Setup
  public void encodeOnce() {
    frame = frame(kind);
    encoded = FrameEncoder.encode(0, frame);
    target = ByteBuffer.allocateDirect(encoded.limit());
  }

  @Benchmark
  public ByteBuffer encode() {
    target.clear();
    FrameEncoder.write(0, frame, FrameEncoder.sizeOf(frame), target);
    return target;
  }

  @Benchmark
  public Frame decode() throws WireException {
    encoded.position(FrameEncoder.HEADER_BYTES);
    return FrameDecoder.decode(encoded);
  }

  private static Frame frame(Kind kind) {
    if (kind == Kind.SEND) {
      ByteBuffer batch = Batches.of(1, Batches.VALUE_BYTES_OF_1_KIB);
      return new Send(1, 1, 0, 1, 0, 0, Sidecar.ofDefaults(), batch);
    }
    RecordBatchView batch =
        new RecordBatchView().wrap(Batches.of(10, Batches.VALUE_BYTES_OF_1_KIB), 0);
    int from = batch.recordsPosition();
    ByteBuffer records = batch.buffer().slice(from, batch.sizeInBytes() - from);
    return new Deliver(
        1,
        List.of(DeliverChunk.of(0, batch.baseOffset(), batch.baseTimestamp(), 10, null, records)));
  }
}
