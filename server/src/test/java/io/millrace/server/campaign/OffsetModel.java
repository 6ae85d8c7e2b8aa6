package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * What a group may rely on of its offset of one partition, and which records its members have read.
 * Requests reach the coordinator in the order in which they were made.
 */
final class OffsetModel {
  /** One commit, until it is overtaken by an acknowledged one. */
  static final class Attempt {
    private final long offset;

    private Attempt(long offset) {
      this.offset = offset;
    }

    long offset() {
      return offset;
    }

    @Override
    public String toString() {
      return Long.toString(offset);
    }
  }

  private final SendingFlow sender;
  private final String topic;
  private final List<Attempt> unsure = new ArrayList<>();
  private long acknowledged = -1;
  private long highest = -1;
  private long consumed;

  OffsetModel(String topic, SendingFlow sender) {
    this.topic = topic;
    this.sender = sender;
  }

  SendingFlow sender() {
    return sender;
  }

  String topic() {
    return topic;
  }

  /** What a fetch that begins now may not be behind; -1 when nothing was acknowledged. */
  long acknowledged() {
    return acknowledged;
  }

  Attempt attempt(long offset) {
    Attempt attempt = new Attempt(offset);
    unsure.add(attempt);
    highest = Math.max(highest, offset);
    return attempt;
  }

  void accepted(Attempt attempt) {
    int index = unsure.indexOf(attempt);
    assertThat(index).as("%s: commits were answered out of order", this).isNotNegative();
    // What was asked for before it either came before it or never.
    unsure.subList(0, index + 1).clear();
    acknowledged = attempt.offset;
  }

  /** It has changed nothing. */
  void refused(Attempt attempt) {
    unsure.remove(attempt);
  }

  void fetched(long floor, long offset) {
    assertThat(offset).as("%s: fetched offset", this).isBetween(floor, highest);
  }

  /** What is kept is the last acknowledged offset, or one that was asked for since. */
  void checkKept(String where, long offset) {
    List<Long> possible = new ArrayList<>(List.of(acknowledged));
    unsure.forEach(attempt -> possible.add(attempt.offset));
    assertThat(offset).as("%s: kept offset of %s", where, this).isIn(possible);
  }

  /** A member has read the records from one offset up to another, in order. */
  void consumed(long from, long to) {
    assertThat(from).as("%s: records were left out", this).isLessThanOrEqualTo(consumed);
    consumed = Math.max(consumed, to);
  }

  boolean isDone() {
    return sender.finish()
        && consumed == sender.acknowledged()
        && Math.max(acknowledged, 0) == consumed;
  }

  @Override
  public String toString() {
    return sender.partition()
        + " of "
        + sender.acknowledged()
        + " read to "
        + consumed
        + ", committed "
        + acknowledged
        + ", unsure "
        + unsure;
  }
}
