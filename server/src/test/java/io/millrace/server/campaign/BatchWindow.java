package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.BatchBuilder;
import io.millrace.log.LogId;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * An idempotent producer's view of one partition: batches that it sends one behind the other
 * without waiting, and sends again in their order when one failed or its socket broke. The n-th
 * record of partition p is {@code "p" + p + "m" + n}. One thread.
 */
final class BatchWindow {
  private static final int MOST_BATCHES = 4;
  private static final int MOST_RECORDS = 5;

  private final SteppedServer server;
  private final Random random;
  private final LogId partition;
  private final Deque<Batch> open = new ArrayDeque<>();
  private final List<String> texts = new ArrayList<>();
  private long producerId = -1;
  private int acknowledged;
  private int begun;
  private boolean failed;

  /** Records on their way. */
  static final class Batch {
    private final int first;
    private final int count;
    private boolean underWay;

    /** It can be before one in front of it: as a duplicate, while that one is refused for now. */
    private boolean acknowledged;

    private Batch(int first, int count) {
      this.first = first;
      this.count = count;
    }

    @Override
    public String toString() {
      return first + "+" + count + (underWay ? " under way" : "");
    }
  }

  BatchWindow(SteppedServer server, Random random, LogId partition) {
    this.server = server;
    this.random = random;
    this.partition = partition;
  }

  boolean hasProducerId() {
    return producerId >= 0;
  }

  void setProducerId(long id) {
    producerId = id;
  }

  int partition() {
    return partition.index();
  }

  /** How many records are known to be there. */
  int acknowledged() {
    return acknowledged;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** The text of the record at an offset. */
  String text(long offset) {
    while (texts.size() <= offset) {
      texts.add("p" + partition.index() + "m" + texts.size());
    }
    return texts.get((int) offset);
  }

  /** Makes another batch, if there is room for it. */
  void fill() {
    if (open.size() < MOST_BATCHES) {
      int count = 1 + random.nextInt(MOST_RECORDS);
      open.add(new Batch(begun, count));
      begun += count;
    }
  }

  /** The batches that may be sent now, in order. They are under way from here on. */
  List<Batch> toSend() {
    List<Batch> next = new ArrayList<>();
    if (failed && open.stream().anyMatch(batch -> batch.underWay && !batch.acknowledged)) {
      return next;
    }
    failed = false;
    for (Batch batch : open) {
      if (!batch.underWay && !batch.acknowledged) {
        batch.underWay = true;
        next.add(batch);
      }
    }
    return next;
  }

  ByteBuffer bytes(Batch batch) {
    BatchBuilder builder = new BatchBuilder(256);
    for (int i = batch.first; i < batch.first + batch.count; i++) {
      builder.append(
          server.agents().clock().wallMs(),
          null,
          ByteBuffer.wrap(text(i).getBytes(StandardCharsets.UTF_8)));
    }
    builder.setProducer(producerId, (short) 0, batch.first);
    return builder.take();
  }

  /**
   * @param baseOffset as the server has said; -1 where it no longer knows
   */
  void acknowledged(Batch batch, long baseOffset) {
    if (baseOffset != -1) {
      assertThat(baseOffset).as("offset of %s in %s", batch, partition).isEqualTo(batch.first);
    }
    batch.acknowledged = true;
    while (!open.isEmpty() && open.peek().acknowledged) {
      acknowledged += open.remove().count;
    }
  }

  /** It, and what was sent behind it, is to be sent again. */
  void failed(Batch batch) {
    batch.underWay = false;
    failed = true;
  }

  /** No answer will come any more. */
  void lost() {
    open.forEach(batch -> batch.underWay = false);
    failed = false;
  }

  /** What is there must be what was acknowledged, and perhaps some of what was not. */
  void check(String where) {
    List<String> kept = server.values(partition);
    assertThat(kept.size())
        .as("%s: records of %s", where, partition)
        .isBetween(acknowledged, begun);
    for (int i = 0; i < kept.size(); i++) {
      assertThat(kept.get(i)).as("%s: record of %s", where, partition).isEqualTo(text(i));
    }
  }

  @Override
  public String toString() {
    return partition + ": " + acknowledged + " sent, on their way " + open;
  }
}
