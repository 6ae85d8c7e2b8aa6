package io.millrace.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.Frame;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.WireException;
import java.nio.ByteBuffer;

/** Bytes are a frame, of a client one that means exactly these bytes, or a WireException. */
class JmsFrameFuzzTest {

  @FuzzTest(maxDuration = "10m")
  void decode(byte[] bytes) {
    Frame frame;
    try {
      frame = FrameDecoder.decode(ByteBuffer.wrap(bytes));
    } catch (WireException expected) {
      return;
    }
    ByteBuffer encoded = FrameEncoder.encode(0, frame);
    if (frame instanceof ClientFrame) {
      // Of a server a client takes codes that are newer than itself.
      assertThat(encoded.position(FrameEncoder.HEADER_BYTES)).isEqualTo(ByteBuffer.wrap(bytes));
    }
  }
}
