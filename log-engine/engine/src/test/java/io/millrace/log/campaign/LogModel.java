package io.millrace.log.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.AbortedTransaction;
import io.millrace.log.Durability;
import io.millrace.log.Log;
import io.millrace.log.LogConfig;
import io.millrace.log.LogId;
import io.millrace.log.ProducerState;
import io.millrace.log.contract.Batches;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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

  /** Whether it is or was compacted, so that records may be missing. */
  boolean everCompacted;

  /** What readers were told of aborted transactions, while all was read last. */
  final Set<AbortedTransaction> abortedFound = new HashSet<>();

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
    this.everCompacted = config.compaction() != null;
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
    if (everCompacted) {
      transactions.checkStable(log, "while it is used");
    } else {
      transactions.check(log, "while it is used");
    }
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
    verify(log, texts, null);
  }

  /** As {@link #verify}, where compaction may have taken some of the records. */
  void verifyCompacted(Log log, List<Batches.Found> records) {
    verify(log, List.of(), records);
  }

  private void verify(Log log, List<String> texts, @Nullable List<Batches.Found> records) {
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
    if (records == null) {
      assertThat(texts).as("records of %s from %s", id, start).isEqualTo(expected(start, found));
    }
    cut(found);
    startAtLeast = start;
    if (startAtMost != Long.MAX_VALUE) {
      startAtMost = start;
    }
    String when = "after loss of " + loss + " at " + found + ", " + config;
    if (!lostBelowStart) {
      checkProducers(log.producers(), when);
      if (records == null) {
        transactions.check(log, when);
      } else {
        transactions.checkStable(log, when);
        checkFound(log, records);
      }
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

  /** The timestamp of the batch with an offset; -1 when there is none. */
  long timestampOf(long offset) {
    Map.Entry<Long, Sent> batch = batches.floorEntry(offset);
    return batch == null || batch.getValue().next() <= offset ? -1 : batch.getValue().timestampMs();
  }

  /**
   * Holds what compaction has left against what it must leave: the last record of each key that
   * counts, all records without a key, markers of transactions with records, and nothing that was
   * not sent just so.
   */
  void checkFound(Log log, List<Batches.Found> records) {
    long start = log.startOffset();
    Map<Long, Batches.Found> byOffset = new TreeMap<>();
    long before = -1;
    for (Batches.Found it : records) {
      assertThat(it.offset()).as("order of offsets of %s", id).isGreaterThan(before);
      before = it.offset();
      byOffset.put(it.offset(), it);
      checkWasSent(it);
    }
    long end = Math.min(log.durableOffset(), end());
    Map<String, Long> lastOfKey = new HashMap<>();
    Map<String, Boolean> lastIsTombstone = new HashMap<>();
    for (Sent sent : batches.subMap(floor(start), true, end, false).values()) {
      if (sent.isMarker() || transactions.isUndecidedOrAborted(sent, log.durableOffset())) {
        continue;
      }
      for (int i = 0; i < sent.texts().size(); i++) {
        long offset = sent.base() + i;
        String key = sent.keyOf(i);
        if (offset >= end) {
          // The end lies within a batch where it is the start, too, and nothing is left.
          break;
        }
        if (key != null) {
          lastOfKey.put(key, offset);
          lastIsTombstone.put(key, sent.isTombstone(i));
        } else if (offset >= start) {
          assertThat(byOffset).as("%s: record without a key", id).containsKey(offset);
        }
      }
    }
    lastOfKey.forEach(
        (key, offset) -> {
          if (offset >= start && !byOffset.containsKey(offset)) {
            assertThat(lastIsTombstone.get(key))
                .as(
                    "%s: the last record of %s, at %s, is gone, of %s to %s, stable %s, compacted %s: %s",
                    id,
                    key,
                    offset,
                    start,
                    end,
                    log.stableOffset(),
                    config.compaction(),
                    sentAt(offset))
                .isTrue();
            long older =
                records.stream()
                    .filter(it -> key.equals(it.key()) && it.offset() < offset)
                    .filter(it -> !transactions.isAborted(sentAt(it.offset())))
                    .count();
            assertThat(older)
                .as("%s: records of %s before its tombstone at %s, which is gone", id, key, offset)
                .isZero();
          }
        });
    transactions.checkFound(log, records, abortedFound, this::sentAt);
  }

  private Sent sentAt(long offset) {
    Map.Entry<Long, Sent> batch = batches.floorEntry(offset);
    assertThat(batch).as("%s: something at %s", id, offset).isNotNull();
    assertThat(offset).as("%s: behind what was sent", id).isLessThan(batch.getValue().next());
    return batch.getValue();
  }

  private void checkWasSent(Batches.Found it) {
    Sent sent = sentAt(it.offset());
    int index = (int) (it.offset() - sent.base());
    assertThat(it.control()).as("%s: control at %s", id, it.offset()).isEqualTo(sent.isMarker());
    assertThat(it.timestampMs())
        .as("%s: time at %s", id, it.offset())
        .isEqualTo(sent.timestampMs());
    if (!it.control()) {
      assertThat(it.key()).as("%s: key at %s", id, it.offset()).isEqualTo(sent.keyOf(index));
    }
    assertThat(it.text())
        .as("%s: text at %s", id, it.offset())
        .isEqualTo(sent.isTombstone(index) ? null : sent.texts().get(index));
  }

  /** Nothing but the last records of keys is left, but for what the last segments may hold. */
  void checkIsCompacted(Log log, List<Batches.Found> records) {
    if (log.stableOffset() < log.durableOffset()) {
      return;
    }
    Map<String, Integer> count = new HashMap<>();
    for (Batches.Found it : records) {
      String key = it.key();
      if (key != null) {
        count.merge(key, 1, Integer::sum);
      }
    }
    count.forEach(
        (key, often) ->
            assertThat(often).as("%s: records left of %s", id, key).isLessThanOrEqualTo(8));
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
