package io.millrace.server.producer;

import io.millrace.kernel.Timers;
import io.millrace.log.LogId;
import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.StateRecord;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One transactional id: its entry, the participants of its transaction, and what is under way for
 * it. The thread of the id's shard; all but the latter is changed by replay only.
 */
final class TransactionalProducer implements Aggregate {
  private final String id;
  private final Set<LogId> partitions = new LinkedHashSet<>();
  private final Set<String> groups = new LinkedHashSet<>();
  private ProducerEntry entry;
  private boolean live = true;

  /** While its transaction may take too long. */
  private Timers.@Nullable Timer timeout;

  /** While its transaction ends. */
  private @Nullable TransactionEnding ending;

  TransactionalProducer(String id, ProducerEntry entry) {
    this.id = id;
    this.entry = entry;
  }

  String id() {
    return id;
  }

  ProducerEntry entry() {
    return entry;
  }

  TransactionState state() {
    return entry.state();
  }

  int groupCount() {
    return groups.size();
  }

  Participants participants() {
    return new Participants(List.copyOf(partitions), List.copyOf(groups));
  }

  /** Whether all of these take part in the transaction that is under way. */
  boolean hasAll(Participants asked) {
    return state() == TransactionState.ONGOING
        && partitions.containsAll(asked.partitions())
        && groups.containsAll(asked.groups());
  }

  TransactionInfo info() {
    return new TransactionInfo(
        id,
        entry.identity(),
        entry.state(),
        entry.timeoutMs(),
        entry.startMs(),
        List.copyOf(partitions));
  }

  // ---- what is under way

  void setTimeout(Timers.Timer timer) {
    cancelTimeout();
    timeout = timer;
  }

  void cancelTimeout() {
    Timers.Timer timer = timeout;
    if (timer != null) {
      timer.cancel();
      timeout = null;
    }
  }

  @Nullable TransactionEnding ending() {
    return ending;
  }

  void setEnding(@Nullable TransactionEnding ending) {
    this.ending = ending;
  }

  // ---- state

  void replay(ProducerRecord record) {
    entry = record.entry();
    partitions.clear();
    groups.clear();
    add(record.participants());
  }

  void replay(ProducerChangedRecord record) {
    entry = record.entry();
    if (!entry.state().isOpen()) {
      partitions.clear();
      groups.clear();
    }
  }

  void replay(ProducerJoinedRecord record) {
    entry = entry.joined(record.nowMs());
    add(record.participants());
  }

  void replayForgotten() {
    live = false;
  }

  private void add(Participants participants) {
    partitions.addAll(participants.partitions());
    groups.addAll(participants.groups());
  }

  @Override
  public boolean live() {
    return live;
  }

  @Override
  public void snapshot(Consumer<StateRecord> out) {
    out.accept(new ProducerRecord(id, entry, participants()));
  }
}
