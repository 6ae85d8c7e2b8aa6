package io.millrace.server.door.jms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.wire.Ack;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.Consuming;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.Outcome;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sent;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.Sidecar;
import io.millrace.server.testing.Bystander;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/**
 * Sends a message, receives and acknowledges it, on one connection that is never made again: a JMS
 * client library would hide from its application that it was.
 */
final class JmsBystander implements Bystander.Work {
  private static final int CONSUMER = 1;
  private static final int SESSION = 1;
  private static final int CREDIT = 1 << 30;

  private final RawJms client;
  private final int queue;
  private long offset;

  private JmsBystander(int port) throws IOException {
    client = RawJms.greeted(port);
    queue = client.queue("bystander").destinationId();
    client.send(
        new Consume(
            4,
            CONSUMER,
            SESSION,
            queue,
            ConsumerMode.QUEUE,
            null,
            null,
            false,
            CREDIT,
            List.of(),
            List.of()));
    assertThat(client.receive()).isInstanceOf(Consuming.class);
  }

  static Bystander at(int port) throws Exception {
    return new Bystander(new JmsBystander(port));
  }

  @Override
  public void once() throws IOException {
    SimpleRecord record = new SimpleRecord(("message " + offset).getBytes(UTF_8));
    client.send(
        new Send(
            5,
            queue,
            0,
            SESSION,
            0,
            0,
            Sidecar.ofDefaults(),
            MemoryRecords.withRecords(Compression.NONE, record).buffer()));
    // In any order: both happen when the message is durable.
    List<ServerFrame> both = List.of(next(), next());
    assertThat(both).contains(new Sent(5, offset));
    assertThat(both)
        .hasAtLeastOneElementOfType(Deliver.class)
        .filteredOn(frame -> frame instanceof Deliver)
        .singleElement()
        .satisfies(
            frame ->
                assertThat(((Deliver) frame).chunks())
                    .singleElement()
                    .satisfies(chunk -> assertThat(chunk.baseOffset()).isEqualTo(offset)));
    client.send(
        new Ack(
            6, SESSION, 0, CONSUMER, Outcome.ACCEPT, List.of(new OffsetRange(0, offset, offset))));
    assertThat(next()).isEqualTo(new Done(6));
    offset++;
  }

  private ServerFrame next() throws IOException {
    ServerFrame frame = client.receive();
    if (frame == null) {
      throw new IOException("the server has closed the connection");
    }
    return frame;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
