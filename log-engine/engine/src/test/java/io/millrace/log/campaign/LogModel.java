package io.millrace.log.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.ProducerState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What must be true of one log: what was sent, what was promised, and to whom. */
final class LogModel {

  /** How a life of the store has ended, the worse the later. */
  enum Loss {
    /** It was closed: everything is there. */
    NOTHING,
    /** The process is gone; what the operating system was given is there. */
    PROCESS,
    /** What was not synced may be gone. */
    POWER
  }

  final LogId id;
  final Map<Long, ModelProducer> producers = new HashMap<>();
  final ModelTransactions transactions = new ModelTransactions();
  private final TreeMap<Long, Sent> batches = new TreeMap<>();
  LogConfig config;
  boolean deleteAsked;
  private long end;
  private long startAtLeast;
  private long startAtMost;
  private long reported;
  private long survivesPowerLoss;
  private long survivesKill;
  private Loss loss = Loss.NOTHING;

  LogModel(LogId id, LogConfig config) {
    this.id = id;
    this.config = config;
    if (config.retentionBytes() >= 0) {
      retentionMayDelete();
    }
  }

  long end() {
    return end;
  }

  long reported() {
    return reported;
  }

  /** Records below are promised to survive a power loss. */
  long survivesPowerLoss() {
    return survivesPowerLoss;
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  /** Whether nothing has ended the store since the log was last looked at. */
  boolean isVerified() {
    return loss == Loss.NOTHING;
  }

  void took(Sent sent) {
    assertThat(sent.base()).as("offset of a batch in %s", id).isEqualTo(end);
    batches.put(sent.base(), sent);
    end = sent.next();
    transactions.took(sent);
    if (sent.isIdempotent()) {
      producers
          .computeIfAbsent(
              sent.producerId(),
              id -> new ModelProducer(id, sent.kind() == Sent.Kind.TRANSACTIONAL))
          .took(sent);
    }
  }

  /** The highest epoch with which the log has something of a producer; -1 for none. */
  int epochOf(long producerId) {
    return batches.values().stream()
        .filter(sent -> sent.producerId() == producerId)
        .mapToInt(Sent::epoch)
        .max()
        .orElse(-1);
  }

  /** The records below may go from now on, and must stay away once that is confirmed. */
  void startAsked(long offset) {
    startAtMost = Math.max(startAtMost, offset);
  }

  void startConfirmed(long offset) {
    startAtLeast = Math.max(startAtLeast, offset);
  }

  /** Retention may delete what it likes. */
  void retentionMayDelete() {
    startAtMost = Long.MAX_VALUE;
  }

  /** Takes note of what the store reports as durable. */
  void note(Log log) {
    long durable = log.durableOffset();
    assertThat(durable).as("durable offset of %s", id).isBetween(reported, end);
    for (Sent sent : batches.subMap(floor(reported), true, durable, false).values()) {
      if (sent.next() <= durable && sent.durability() != Durability.MEMORY) {
        survivesKill = Math.max(survivesKill, sent.next());
        if (sent.durability() == Durability.FSYNC) {
          survivesPowerLoss = Math.max(survivesPowerLoss, sent.next());
        }
      }
    }
    reported = durable;
    assertThat(log.endOffset()).as("end of %s", id).isEqualTo(end);
    transactions.check(log, "while it is used");
    startAtLeast = Math.max(startAtLeast, log.startOffset());
  }

  private long floor(long offset) {
    Long base = batches.floorKey(offset);
    return base == null ? 0 : base;
  }

  /** The store has ended. */
  void lost(Loss how) {
    if (how.compareTo(loss) > 0) {
      loss = how;
    }
  }

  /** Whether the log must exist. */
  boolean mustExist() {
    return switch (loss) {
      case NOTHING -> end > 0;
      case PROCESS -> survivesKill > 0;
      case POWER -> survivesPowerLoss > 0;
    };
  }

  /**
   * Holds a log that was opened again against what was promised, and goes on from what is there.
   *
   * @param texts of the records from its start to its end
   */
  void verify(Log log, List<String> texts) {
    long found = log.endOffset();
    long promised =
        switch (loss) {
          case NOTHING -> end;
          case PROCESS -> survivesKill;
          case POWER -> survivesPowerLoss;
        };
    long start = log.startOffset();
    assertThat(log.durableOffset()).as("durable offset of %s", id).isEqualTo(found);
    assertThat(found)
        .as("end of %s after loss of %s, with %s", id, loss, tailOf(texts))
        .isBetween(promised, end);
    assertThat(start).as("start of %s", id).isBetween(startAtLeast, Math.min(startAtMost, found));
    boolean lostBelowStart = start > promised;
    Map.Entry<Long, Sent> last = batches.lowerEntry(found);
    boolean whole = last == null ? found == 0 : last.getValue().next() == found;
    assertThat(whole || found == start).as("%s ends between batches, at %s", id, found).isTrue();
    assertThat(texts).as("records of %s from %s", id, start).isEqualTo(expected(start, found));
    cut(found);
    startAtLeast = start;
    if (startAtMost != Long.MAX_VALUE) {
      startAtMost = start;
    }
    String when = "after loss of " + loss + " at " + found + ", " + config;
    if (!lostBelowStart) {
      checkProducers(log.producers(), when);
      transactions.check(log, when);
    } else {
      transactions.adopt(log);
      transactions.check(log, when);
      // Records were lost that nobody could have read: what their producers sent is unknown.
      producers.clear();
    }
    // What is served now was made durable before, whatever it was.
    loss = Loss.NOTHING;
    reported = found;
    survivesPowerLoss = found;
    survivesKill = found;
  }

  private static List<String> tailOf(List<String> texts) {
    return texts.subList(Math.max(0, texts.size() - 3), texts.size());
  }

  private void cut(long found) {
    batches.tailMap(found, true).clear();
    end = found;
    producers.values().forEach(producer -> producer.cut(found));
    transactions.cut(found);
  }

  /** The texts of the records in a range of offsets. */
  List<String> expected(long from, long to) {
    List<String> texts = new ArrayList<>();
    for (Sent sent : batches.subMap(floor(from), true, to, false).values()) {
      for (int i = 0; i < sent.texts().size(); i++) {
        long offset = sent.base() + i;
        if (offset >= from && offset < to) {
          texts.add(sent.texts().get(i));
        }
      }
    }
    return texts;
  }

  /** The batches that begin in a range of offsets. */
  List<Sent> batches(long from, long to) {
    return from >= to ? List.of() : new ArrayList<>(batches.subMap(from, true, to, false).values());
  }

  /** Holds what the log remembers of producers against what the log has. */
  private void checkProducers(List<ProducerState> states, String when) {
    Map<Long, ProducerState> found = new HashMap<>();
    states.forEach(state -> found.put(state.producerId(), state));
    for (ModelProducer producer : producers.values()) {
      if (producer.taken.isEmpty()) {
        continue;
      }
      Sent last = producer.taken.get(producer.taken.size() - 1);
      ProducerState state = found.get(producer.id);
      assertThat(state).as("producer %s of %s %s", producer.id, id, when).isNotNull();
      if (state != null) {
        assertThat(state.epoch())
            .as("epoch of producer %s of %s", producer.id, id)
            .isEqualTo(producer.epoch);
        assertThat(state.lastSequence())
            .as("last sequence of producer %s of %s %s", producer.id, id, when)
            .isEqualTo(last.lastSequence());
      }
    }
  }
}
