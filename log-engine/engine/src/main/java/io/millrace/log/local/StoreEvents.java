package io.millrace.log.local;

import io.millrace.log.StoreFailedException;

/** What the journal's agent tells the rest of the store. Called on its thread. */
interface StoreEvents {

  /** A log has durable batches that are not in its segments yet. */
  void unwritten(LogCore log);

  /** Batches that are not in a segment yet keep memory from being given back. */
  void memoryExceeded();

  /** A log was deleted for good; its files can go. */
  void deleted(LogCore log);

  /** A commit waits for a free journal file or for space. */
  void journalStalled();

  /** The manifest knows all that the recycled journal files did. */
  void checkpointed();

  /** Nothing can be written any more. */
  void failed(StoreFailedException failure);
}
