package io.millrace.log.local;

/**
 * How the local store works. Immutable; validated when built.
 *
 * @param journalFileBytes size of one journal file; files are preallocated and used again
 * @param maxJournalBytes the journal never takes more; appends wait for a checkpoint before
 * @param checkpointBytes a checkpoint begins when the journal has grown by this much
 * @param checkpointMs a checkpoint begins when something has been in the journal for this long
 * @param maxCommitBytes one group commit takes about this much at most; a quarter of a journal file
 *     or less
 * @param directBytes when one commit has this much for one log, its segment is written and synced
 *     instead of the journal; at most {@code maxCommitBytes}
 * @param maxPendingBytes at most about this much is appended and not yet durable, of all logs
 *     together; more is refused, unless it is critical. One append of any size is taken when
 *     nothing waits
 * @param tailCacheBytes memory for recent batches of all logs, which are read without a file
 * @param writeBehindBytes committed batches are moved to their segments when this much waits
 * @param writeBehindMs or when something has waited for this long
 * @param maxOpenFiles how many segment and index files stay open
 * @param readThreads how many cold reads go on at the same time
 * @param producerExpiryMs an idempotent producer that was silent for longer is forgotten
 * @param retentionCheckMs how often retention is applied
 * @param reserveBytes when less space is left on the disk, only critical appends are taken
 * @param spaceCheckMs how often the space on the disk is looked at
 * @param compaction limits of compaction
 */
public record LocalStoreConfig(
    int journalFileBytes,
    long maxJournalBytes,
    long checkpointBytes,
    long checkpointMs,
    int maxCommitBytes,
    int directBytes,
    long maxPendingBytes,
    long tailCacheBytes,
    long writeBehindBytes,
    long writeBehindMs,
    int maxOpenFiles,
    int readThreads,
    long producerExpiryMs,
    long retentionCheckMs,
    long reserveBytes,
    long spaceCheckMs,
    CompactionLimits compaction) {

  /**
   * Limits of compaction, which compacts one log at a time.
   *
   * @param checkMs how often is looked for a log to be compacted
   * @param memoryBytes for the keys of one log; half as much in addition while it grows. Where that
   *     does not do, a log is compacted in several passes
   * @param bytesPerSecond it reads no more than this; 0 for no limit
   */
  public record CompactionLimits(long checkMs, long memoryBytes, long bytesPerSecond) {
    /** For a server of its own. */
    public static final CompactionLimits DEFAULT = new CompactionLimits(15_000, 64L * MIB, 0);

    public CompactionLimits {
      atLeast("compaction.checkMs", checkMs, 1);
      atLeast("compaction.memoryBytes", memoryBytes, 1);
      atLeast("compaction.bytesPerSecond", bytesPerSecond, 0);
    }
  }

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** For a server of its own. */
  public static final LocalStoreConfig DEFAULT =
      new LocalStoreConfig(
          16 * MIB,
          256L * MIB,
          64L * MIB,
          60_000,
          4 * MIB,
          MIB,
          64L * MIB,
          8L * MIB,
          4L * MIB,
          100,
          1000,
          4,
          24L * 3600 * 1000,
          30_000,
          256L * MIB,
          1000,
          CompactionLimits.DEFAULT);

  public LocalStoreConfig {
    atLeast("journalFileBytes", journalFileBytes, 16 * KIB);
    atLeast("maxCommitBytes", maxCommitBytes, 1);
    atLeast("maxJournalBytes", maxJournalBytes, 3L * journalFileBytes);
    atLeast("checkpointBytes", checkpointBytes, 1);
    atLeast("checkpointMs", checkpointMs, 1);
    atLeast("directBytes", directBytes, 1);
    atLeast("maxPendingBytes", maxPendingBytes, 1);
    atLeast("tailCacheBytes", tailCacheBytes, 0);
    atLeast("writeBehindBytes", writeBehindBytes, 0);
    atLeast("writeBehindMs", writeBehindMs, 0);
    atLeast("maxOpenFiles", maxOpenFiles, 8);
    atLeast("readThreads", readThreads, 1);
    atLeast("producerExpiryMs", producerExpiryMs, 1);
    atLeast("retentionCheckMs", retentionCheckMs, 1);
    atLeast("reserveBytes", reserveBytes, 0);
    atLeast("spaceCheckMs", spaceCheckMs, 1);
    if (maxCommitBytes > journalFileBytes / 4 || directBytes > maxCommitBytes) {
      throw new IllegalArgumentException(
          "directBytes must be at most maxCommitBytes, and that at most a quarter of"
              + " journalFileBytes: "
              + directBytes
              + ", "
              + maxCommitBytes
              + ", "
              + journalFileBytes);
    }
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
    }
  }

  /** Everything small, so that a test sees files roll, checkpoints and evictions. */
  public static LocalStoreConfig small() {
    return new LocalStoreConfig(
        64 * KIB,
        512L * KIB,
        128L * KIB,
        1000,
        16 * KIB,
        8 * KIB,
        4L * MIB,
        64L * KIB,
        8L * KIB,
        10,
        16,
        2,
        24L * 3600 * 1000,
        1000,
        32L * KIB,
        100,
        CompactionLimits.DEFAULT);
  }

  public LocalStoreConfig withTailCacheBytes(long bytes) {
    return new LocalStoreConfig(
        journalFileBytes,
        maxJournalBytes,
        checkpointBytes,
        checkpointMs,
        maxCommitBytes,
        directBytes,
        maxPendingBytes,
        bytes,
        writeBehindBytes,
        writeBehindMs,
        maxOpenFiles,
        readThreads,
        producerExpiryMs,
        retentionCheckMs,
        reserveBytes,
        spaceCheckMs,
        compaction);
  }

  public LocalStoreConfig withReserveBytes(long bytes) {
    return new LocalStoreConfig(
        journalFileBytes,
        maxJournalBytes,
        checkpointBytes,
        checkpointMs,
        maxCommitBytes,
        directBytes,
        maxPendingBytes,
        tailCacheBytes,
        writeBehindBytes,
        writeBehindMs,
        maxOpenFiles,
        readThreads,
        producerExpiryMs,
        retentionCheckMs,
        bytes,
        spaceCheckMs,
        compaction);
  }

  public LocalStoreConfig withDirectBytes(int bytes) {
    return new LocalStoreConfig(
        journalFileBytes,
        maxJournalBytes,
        checkpointBytes,
        checkpointMs,
        maxCommitBytes,
        bytes,
        maxPendingBytes,
        tailCacheBytes,
        writeBehindBytes,
        writeBehindMs,
        maxOpenFiles,
        readThreads,
        producerExpiryMs,
        retentionCheckMs,
        reserveBytes,
        spaceCheckMs,
        compaction);
  }

  public LocalStoreConfig withMaxPendingBytes(long bytes) {
    return new LocalStoreConfig(
        journalFileBytes,
        maxJournalBytes,
        checkpointBytes,
        checkpointMs,
        maxCommitBytes,
        directBytes,
        bytes,
        tailCacheBytes,
        writeBehindBytes,
        writeBehindMs,
        maxOpenFiles,
        readThreads,
        producerExpiryMs,
        retentionCheckMs,
        reserveBytes,
        spaceCheckMs,
        compaction);
  }

  public LocalStoreConfig withCompaction(CompactionLimits limits) {
    return new LocalStoreConfig(
        journalFileBytes,
        maxJournalBytes,
        checkpointBytes,
        checkpointMs,
        maxCommitBytes,
        directBytes,
        maxPendingBytes,
        tailCacheBytes,
        writeBehindBytes,
        writeBehindMs,
        maxOpenFiles,
        readThreads,
        producerExpiryMs,
        retentionCheckMs,
        reserveBytes,
        spaceCheckMs,
        limits);
  }
}
