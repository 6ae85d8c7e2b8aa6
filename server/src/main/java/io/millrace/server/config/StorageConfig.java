package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/**
 * Where data lies, and what the store may take.
 *
 * @param dataDir the data directory; created when missing; relative to the working directory
 * @param maxJournalBytes the journal never takes more
 * @param tailCacheBytes memory for recent batches of all logs
 * @param maxOpenFiles segment and index files that stay open
 * @param reserveBytes space that is kept for what frees space
 * @param producerExpiryMs silence after which an idempotent producer is forgotten
 * @param compactionMemoryBytes memory for the keys of the log that is being compacted
 * @param compactionBytesPerSecond compaction reads no more than this
 * @param compactionCheckMs how often is looked for a log to be compacted
 */
public record StorageConfig(
    @Setting(
            value = "data",
            meaning =
                "Data directory: `store/` with everything that clients sent, and `logs/` for the"
                    + " server's own messages. Created when it is missing.")
        @NotBlank(message = "must name a directory")
        String dataDir,
    @Setting(
            value = "256m",
            unit = "bytes",
            meaning =
                "The journal never takes more than this; appends wait for a checkpoint before it"
                    + " would.")
        @Min(value = 64 << 20, message = "must be at least 64m")
        @Max(value = 64L << 30, message = "must be at most 64g")
        long maxJournalBytes,
    @Setting(
            value = "8m",
            unit = "bytes",
            meaning = "Memory for recent messages of all logs, which are read without a file.")
        @Min(value = 0, message = "must be 0 or a size")
        long tailCacheBytes,
    @Setting(
            value = "1000",
            unit = "files",
            meaning = "Segment and index files that stay open; more are closed and opened again.")
        @Min(value = 8, message = "must be at least 8")
        int maxOpenFiles,
    @Setting(
            value = "256m",
            unit = "bytes",
            meaning =
                "When less space is left on the disk, clients' messages are refused with a"
                    + " retriable error; acknowledgements, which free space, go on.")
        @Min(value = 0, message = "must be 0 or a size")
        long reserveBytes,
    @Setting(
            value = "1d",
            unit = "ms",
            meaning =
                "An idempotent producer that was silent for longer is forgotten; what it repeats"
                    + " afterwards is not recognised.")
        @Min(value = 1, message = "must be a time")
        long producerExpiryMs,
    @Setting(
            value = "64m",
            unit = "bytes",
            meaning =
                "Memory for the keys of the partition that is being compacted, 24 bytes for each, and"
                    + " half as much again while it grows. With more keys it takes several passes.")
        @Min(value = 1 << 20, message = "must be at least 1m")
        long compactionMemoryBytes,
    @Setting(
            value = "0",
            unit = "bytes",
            meaning =
                "Compaction reads no more than this in a second; 0: as much as the disk gives.")
        @Min(value = 0, message = "must be 0 or a size")
        long compactionBytesPerSecond,
    @Setting(
            value = "15s",
            unit = "ms",
            meaning = "How often is looked for a partition that is to be compacted.")
        @Min(value = 1, message = "must be a time")
        long compactionCheckMs) {}
