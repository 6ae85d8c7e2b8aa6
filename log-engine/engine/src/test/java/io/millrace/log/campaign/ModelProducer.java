package io.millrace.log.campaign;

import java.util.ArrayList;
import java.util.List;

/**
 * An idempotent producer of one log: what it has sent in its epoch, oldest first. All that a
 * transactional one sends belongs to its transactions.
 */
final class ModelProducer {
  final long id;
  final boolean transactional;
  short epoch;
  int nextSequence;

  /** What it has sent in this epoch and the log took, as far as the log still has it. */
  final List<Sent> taken = new ArrayList<>();

  /** What a crash took out of the log, which the producer will send again; oldest first. */
  final List<Sent> lost = new ArrayList<>();

  ModelProducer(long id, boolean transactional) {
    this.id = id;
    this.transactional = transactional;
  }

  /** Begins a new epoch: nothing of the old one is sent any more. */
  void bumpEpoch() {
    epoch++;
    nextSequence = 0;
    taken.clear();
    lost.clear();
  }

  void took(Sent sent) {
    taken.add(sent);
    nextSequence = sent.lastSequence() + 1;
  }

  /** The log ends at an offset now. */
  void cut(long end) {
    int keep = taken.size();
    while (keep > 0 && taken.get(keep - 1).next() > end) {
      keep--;
    }
    List<Sent> gone = taken.subList(keep, taken.size());
    lost.addAll(0, gone);
    gone.clear();
    nextSequence = taken.isEmpty() ? 0 : taken.get(taken.size() - 1).lastSequence() + 1;
  }
}
