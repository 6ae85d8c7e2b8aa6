package io.millrace.jms.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** One frame of every type, with every optional part present and one element in every list. */
final class Samples {
  static final List<Frame> ONE_OF_EACH =
      List.of(
          new Hello(1, "millrace-jms", "0.1.0", "client-1", "ann", "secret", new UUID(1, 2)),
          new SetClientId(2, "client-1"),
          new Ping(3),
          new Resolve(4, DestinationKind.TOPIC, "präsent", true, false),
          new ProducerId(5),
          new ProducerId(6, 1L << 40),
          new Send(6, 7, 1, 8, 9L, Send.NON_PERSISTENT, bytes("s"), bytes("batch")),
          new Consume(
              7,
              8,
              9,
              10,
              ConsumerMode.SHARED_DURABLE,
              "sub",
              "a = 1",
              true,
              1000,
              List.of(new OffsetRange(1, 2, 3)),
              List.of(new PartitionOffset(1, 2))),
          new Credit(8, 500),
          new Ack(9, 1, 2L, 3, Outcome.RELEASE, List.of(new OffsetRange(0, 5, 5))),
          new CloseConsumer(10, 1),
          new OpenSession(11, 1),
          new CloseSession(12, 1),
          new Commit(
              13,
              1,
              2L,
              3,
              4,
              List.of(new TransactedAck(5, new OffsetRange(6, 7, 8))),
              List.of(new TransactedSend(9, 0, bytes("s"), bytes("batch")))),
          new Rollback(14, 1, 2L),
          new Unsubscribe(15, "sub"),
          new DeleteTemporary(16, 4),
          new Goodbye(17),
          new Poll(18, 1),
          new Pause(19, 1),
          new Leave(),
          new Welcome(20, 1, "cluster", 3, new UUID(3, 4), 1 << 20, 15_000, true),
          new Done(21),
          new Failed(22, ErrorCode.TOO_LARGE, "too large"),
          new DestinationInfo(23, 1, new UUID(5, 6), 3, BodyDefault.TEXT),
          new ProducerInfo(24, 1L << 40, 3),
          new Sent(25, -1L),
          new Consuming(26, List.of(new OffsetRange(0, 1, 2)), List.of(new PartitionOffset(0, 7))),
          new Deliver(
              27,
              List.of(
                  new DeliverChunk(
                      1,
                      100,
                      1_700_000_000_000L,
                      2,
                      DeliverChunk.REPLAYED,
                      DeliverChunk.deliveryCountsOf(1, 3),
                      bytes("records")))),
          new BrowseEnd(28),
          new Pong(29),
          new ConsumerClosed(30, ErrorCode.DESTINATION, "deleted"),
          new Left());

  private Samples() {}

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
