package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.door.kafka.KafkaRequests;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.ResponseHeader;
import org.jspecify.annotations.Nullable;

/** A connection as a Kafka client keeps it: requests, and their answers in order. One thread. */
final class KafkaLink {
  private final Doors doors;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private @Nullable ClientSocket socket;
  private byte[] unread = new byte[0];
  private int lastCorrelation;

  private record Waiting(
      int correlation, short headerVersion, Consumer<ByteBufferAccessor> answered) {}

  KafkaLink(Doors doors) {
    this.doors = doors;
  }

  boolean hasSocket() {
    return socket != null;
  }

  void connect() {
    socket = doors.connect();
    unread = new byte[0];
  }

  /** The socket breaks. What was not answered will not be. */
  void giveUp() {
    ClientSocket broken = socket;
    if (broken != null) {
      broken.giveUp();
    }
    socket = null;
    waiting.clear();
  }

  /** Sends a request; its answer is heard only as long as the socket lives. */
  void ask(ApiKeys api, short version, ApiMessage request, Consumer<ByteBufferAccessor> answered) {
    ClientSocket to = socket;
    if (to == null) {
      throw new IllegalStateException("there is no socket");
    }
    int correlation = ++lastCorrelation;
    byte[] frame = KafkaRequests.frame(api, version, correlation, request);
    to.send(
        ByteBuffer.allocate(Integer.BYTES + frame.length).putInt(frame.length).put(frame).array());
    waiting.add(new Waiting(correlation, api.responseHeaderVersion(version), answered));
  }

  /** Takes what has come. */
  void hear() {
    ClientSocket from = socket;
    if (from == null) {
      return;
    }
    byte[] more = from.receive();
    ByteBuffer bytes =
        ByteBuffer.allocate(unread.length + more.length).put(unread).put(more).flip();
    while (socket == from && bytes.remaining() >= Integer.BYTES) {
      int length = bytes.getInt(bytes.position());
      if (bytes.remaining() < Integer.BYTES + length) {
        break;
      }
      ByteBuffer frame = bytes.slice(bytes.position() + Integer.BYTES, length);
      bytes.position(bytes.position() + Integer.BYTES + length);
      Waiting next = waiting.poll();
      assertThat(next).as("nobody has asked").isNotNull();
      ResponseHeader header = ResponseHeader.parse(frame, next.headerVersion);
      assertThat(header.correlationId()).as("answers in order").isEqualTo(next.correlation);
      next.answered.accept(new ByteBufferAccessor(frame));
    }
    unread = new byte[bytes.remaining()];
    bytes.get(unread);
    if (socket == from && from.isClosed()) {
      giveUp();
    }
  }

  @Override
  public String toString() {
    return (socket == null ? "broken" : "connected") + ", waits for " + waiting.size() + " answers";
  }
}
