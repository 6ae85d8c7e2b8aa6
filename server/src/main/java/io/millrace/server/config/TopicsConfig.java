package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * How topics and queues are made, and what they have unless their own settings differ.
 *
 * @param autoCreate whether use creates them
 * @param partitions of topics whose creator names no number; queues get one
 * @param maxPartitions of all together
 * @param anyReplicationFactor whether clients may ask for copies that are not made
 * @param durability when a record is acknowledged
 * @param retentionMs age at which records may be deleted, in milliseconds; -1 never
 * @param retentionBytes size of a partition above which its oldest segments are deleted; -1 never
 */
public record TopicsConfig(
    @Setting(
            value = "true",
            meaning =
                "Creates a queue or topic when a client first uses it. Off, clients get the"
                    + " protocol's own error for an unknown name.")
        boolean autoCreate,
    @Setting(
            value = "1",
            unit = "partitions",
            meaning = "Partitions of a new topic whose creator names no number. Queues get one.")
        @Min(value = 1, message = "must be between 1 and 10000")
        @Max(value = 10_000, message = "must be between 1 and 10000")
        int partitions,
    @Setting(
            value = "100000",
            unit = "partitions",
            meaning = "Partitions of all topics together; creating more is refused.")
        @Min(value = 1, message = "must be at least 1")
        int maxPartitions,
    @Setting(
            value = "false",
            meaning =
                "Lets Kafka clients create topics with any replication factor, as applications do"
                    + " that were written for several brokers. There is one copy all the same, on"
                    + " the disks of this server. Off, a factor other than 1 is refused.")
        boolean anyReplicationFactor,
    @Setting(
            value = "fsync",
            meaning =
                "When a message is acknowledged: `fsync` once it is on the disk, `os` once the"
                    + " operating system has it, `memory` at once. Topics may differ by"
                    + " `millrace.durability`.")
        Durability durability,
    @Setting(
            value = "7d",
            unit = "ms",
            meaning =
                "Records older than this may be deleted; -1 keeps them for ever. What a queue or"
                    + " durable subscription has not settled is kept. Topics may differ by"
                    + " `retention.ms`.")
        @Min(value = -1, message = "must be -1 (for ever) or a time")
        long retentionMs,
    @Setting(
            value = "-1",
            unit = "bytes",
            meaning =
                "A partition larger than this may lose its oldest segments; -1 is no limit."
                    + " Topics may differ by `retention.bytes`.")
        @Min(value = -1, message = "must be -1 (no limit) or a size")
        long retentionBytes) {

  /** When a record is acknowledged. */
  public enum Durability {
    FSYNC,
    OS,
    MEMORY
  }
}
