package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.BatchBuilder;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An idempotent producer of one partition. It sends a batch until it is acknowledged; sometimes its
 * connection breaks, so that it does not hear the answer and sends once more.
 */
final class SendingFlow implements Flow {
  private static final int MOST_RECORDS = 5;

  private final SteppedServer server;
  private final Random random;
  private final LogId partition;
  private final long producerId;
  private final List<String> acknowledged = new ArrayList<>();
  private List<String> batch = List.of();
  private @Nullable Answer<AppendResult> sending;
  private int breaks;

  SendingFlow(SteppedServer server, Random random, LogId partition) {
    this.server = server;
    this.random = random;
    this.partition = partition;
    this.producerId = server.<Long>ask(reply -> server.broker().nextProducerId(reply));
  }

  LogId partition() {
    return partition;
  }

  /** How many records are known to be there. */
  int acknowledged() {
    return acknowledged.size();
  }

  @Override
  public void act() {
    if (sending == null) {
      send();
    } else if (random.nextInt(8) == 0) {
      // The answer goes astray, if there was one on its way.
      breaks++;
      send();
    }
  }

  private void send() {
    if (batch.isEmpty()) {
      List<String> fresh = new ArrayList<>();
      for (int i = random.nextInt(MOST_RECORDS); i >= 0; i--) {
        fresh.add("m" + (acknowledged.size() + fresh.size()));
      }
      batch = fresh;
    }
    BatchBuilder builder = new BatchBuilder(256);
    for (String value : batch) {
      builder.append(
          server.agents().clock().wallMs(),
          null,
          ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }
    builder.setProducer(producerId, (short) 0, acknowledged.size());
    sending = server.begin(r -> server.broker().produce(partition, builder.take(), r));
  }

  @Override
  public void hear() {
    Answer<AppendResult> answer = sending;
    if (answer != null && answer.isDone()) {
      sending = null;
      if (answer.isOk()) {
        assertThat(answer.get().baseOffset())
            .as("%s after %d breaks", partition, breaks)
            .isEqualTo(acknowledged.size());
        acknowledged.addAll(batch);
        batch = List.of();
      }
    }
  }

  @Override
  public void comeBack() {
    sending = null;
  }

  @Override
  public void check(String where) {
    List<String> kept = server.values(partition);
    List<String> expected = new ArrayList<>(acknowledged);
    if (kept.size() > expected.size()) {
      expected.addAll(batch);
    }
    assertThat(kept).as("%s: records of %s", where, partition).isEqualTo(expected);
  }

  @Override
  public boolean finish() {
    if (batch.isEmpty()) {
      return true;
    }
    if (sending == null) {
      send();
    }
    return false;
  }

  @Override
  public String toString() {
    return "sender to "
        + partition
        + ": "
        + acknowledged.size()
        + " sent, on its way "
        + batch
        + " "
        + sending;
  }
}
