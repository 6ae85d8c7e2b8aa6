package io.millrace.jms.link;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;
import static io.millrace.races.Steps.together;

import io.millrace.jms.wire.ProducerInfo;
import io.millrace.jms.wire.Sent;
import io.millrace.jms.wire.message.BodyType;
import io.millrace.jms.wire.message.MessageEncoder;
import io.millrace.jms.wire.message.MessageHeaders;
import io.millrace.races.Race;
import jakarta.jms.JMSException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link SendPipeline}: each send ends once, whatever comes between. */
public final class SendPipelineRaces {
  private SendPipelineRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("each message sent is confirmed once", 15, SendPipelineRaces::confirmed),
        new Race("a sender that waits for room goes on", 15, SendPipelineRaces::room),
        new Race("sends end once when the link ends", 15, SendPipelineRaces::linkEnds));
  }

  /** Counts ends. */
  private static final class Ticket implements SendTicket {
    final AtomicInteger sent = new AtomicInteger();
    final AtomicInteger failed = new AtomicInteger();

    @Override
    public void onSent(long offset) {
      sent.incrementAndGet();
    }

    @Override
    public void onFailed(JMSException reason) {
      failed.incrementAndGet();
    }
  }

  private static SendPipeline pipeline(Links links) {
    return new SendPipeline(links.link(), 1, new ProducerInfo(0, 7, 0), Links.QUEUE, 0);
  }

  private static void send(SendPipeline pipeline, SendTicket ticket) throws JMSException {
    MessageEncoder encoder = new MessageEncoder();
    encoder.prepare(BodyType.BYTES, new MessageHeaders());
    pipeline.send(encoder, 0, ByteBuffer.allocate(1024), true, ticket, 0);
  }

  private static void answerAll(Links links) {
    while (links.answerNext(id -> new Sent(id, id))) {
      // Each answer may bring the next batch.
    }
  }

  private static void confirmed() {
    Links links = new Links("");
    SendPipeline pipeline = pipeline(links);
    Ticket first = new Ticket();
    Ticket second = new Ticket();
    together(() -> send(pipeline, first), () -> send(pipeline, second), () -> answerAll(links));
    answerAll(links);
    check(first.sent.get() == 1 && second.sent.get() == 1, "each is confirmed once");
    check(pipeline.isConfirmed(), "nothing is open");
    guarded(() -> pipeline.flush(0));
  }

  /** The second message has no room before the first is confirmed. */
  private static void room() {
    Links links = new Links("?maxOutstandingBytes=1024");
    SendPipeline pipeline = pipeline(links);
    Ticket first = new Ticket();
    Ticket second = new Ticket();
    guarded(() -> send(pipeline, first));
    together(() -> send(pipeline, second), () -> answerAll(links));
    answerAll(links);
    check(first.sent.get() == 1 && second.sent.get() == 1, "each is confirmed once");
  }

  private static void linkEnds() {
    Links links = new Links("");
    SendPipeline pipeline = pipeline(links);
    Ticket first = new Ticket();
    Ticket second = new Ticket();
    together(
        () -> {
          end(pipeline, first);
          end(pipeline, second);
        },
        () -> links.link().close());
    check(first.failed.get() == 1 && second.failed.get() == 1, "each fails once");
    check(pipeline.isConfirmed(), "nothing is open");
  }

  private static void end(SendPipeline pipeline, Ticket ticket) {
    try {
      send(pipeline, ticket);
    } catch (JMSException refused) {
      // Not sent, and the sender knows: counted as its failure.
      ticket.onFailed(refused);
    }
  }
}
