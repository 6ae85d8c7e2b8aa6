package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.ProducerId;
import io.millrace.jms.wire.ProducerInfo;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sent;
import io.millrace.server.campaign.BatchWindow.Batch;
import io.millrace.server.catalog.Topic;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;

/** A JMS client that sends to one partition, several batches at a time. */
final class JmsSendingFlow implements Flow {
  private static final ByteBuffer NO_SIDECAR = ByteBuffer.wrap(new byte[1]).asReadOnlyBuffer();

  private final Random random;
  private final String destination;
  private final BatchWindow window;
  private final JmsLink link;
  private boolean askedForId;

  JmsSendingFlow(SteppedServer server, Random random, Doors doors, Topic topic, int partition) {
    this.random = random;
    this.destination = topic.name();
    this.window = new BatchWindow(server, random, topic.partition(partition));
    DestinationKind kind = topic.kind().isQueue() ? DestinationKind.QUEUE : DestinationKind.TOPIC;
    this.link = new JmsLink(doors, Map.of(destination, kind), null);
  }

  BatchWindow window() {
    return window;
  }

  @Override
  public void act() {
    if (link.hasSocket() && random.nextInt(30) == 0) {
      breakSocket();
    } else if (link.isReady() && random.nextInt(10) == 0) {
      link.ping();
    } else {
      window.fill();
      go();
    }
  }

  private void breakSocket() {
    link.giveUp();
    lost();
  }

  private void lost() {
    window.lost();
    askedForId = false;
  }

  /** Does what can be done now for what has to be sent. */
  private void go() {
    if (!link.hasSocket()) {
      lost();
      link.connect();
    } else if (link.isReady()) {
      if (window.hasProducerId()) {
        window.toSend().forEach(this::send);
      } else if (!askedForId) {
        askedForId = true;
        link.ask(ProducerId::new, this::take);
      }
    }
  }

  private void take(Answer answer) {
    askedForId = false;
    if (answer instanceof ProducerInfo info) {
      window.setProducerId(info.producerId());
    }
  }

  private void send(Batch batch) {
    ByteBuffer bytes = window.bytes(batch);
    link.ask(
        id ->
            new Send(
                id,
                link.destination(destination),
                window.partition(),
                JmsLink.SESSION,
                0,
                0,
                NO_SIDECAR.duplicate(),
                bytes),
        answer -> {
          if (answer instanceof Sent sent) {
            window.acknowledged(batch, sent.baseOffset());
          } else if (answer instanceof Failed failure) {
            assertThat(failure.code())
                .as("%s", failure)
                .isIn(ErrorCode.UNAVAILABLE, ErrorCode.SEQUENCE);
            window.failed(batch);
          } else {
            throw new AssertionError("not an answer to SEND: " + answer);
          }
        });
  }

  @Override
  public void hear() {
    boolean had = link.hasSocket();
    link.hear();
    if (had && !link.hasSocket()) {
      lost();
    }
  }

  @Override
  public void comeBack() {
    breakSocket();
  }

  @Override
  public void check(String where) {
    window.check(where);
  }

  @Override
  public boolean finish() {
    if (window.isEmpty()) {
      return true;
    }
    go();
    return false;
  }

  @Override
  public String toString() {
    return "JMS sender to " + window + ", " + link;
  }
}
