package io.millrace.log.local;

import io.millrace.log.Durability;

/** What the journal's agent notes about one log. Only that agent touches it. */
final class CommitState {

  /** How a log's part of a commit becomes durable. */
  enum Path {
    /** An entry in the journal, synced; the segment follows later. */
    JOURNAL,
    /** The segment is written and synced. */
    DIRECT,
    /** The segment is written. */
    OS,
    /** It was durable from the beginning. */
    MEMORY
  }

  /** Bytes of the log in the commit being made; 0 when it has none. */
  long bytes;

  /** The offset behind the log's last batch in the commit being made. */
  long endOffset;

  /** The strongest that a batch of the commit being made was appended with. */
  Durability durability = Durability.MEMORY;

  Path path = Path.JOURNAL;

  /** The newest journal file that says that the log's segments may hold more than is synced. */
  long markedIn = -1;

  /** Bytes of the log that went to its segments since that was said last. */
  long bytesSinceMark;

  /** The newest journal file with an entry of the log. */
  long touchedIn = -1;

  /** Up to where there is something in the segments that no journal entry holds. */
  long uncoveredTo;

  /** Takes account of a batch in the commit being made. */
  void add(Appended batch) {
    bytes += batch.size();
    endOffset = batch.nextOffset();
    if (batch.durability().compareTo(durability) < 0) {
      durability = batch.durability();
    }
  }

  void endCommit() {
    bytes = 0;
    durability = Durability.MEMORY;
  }
}
