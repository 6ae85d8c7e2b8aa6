package io.millrace.server.door.admin.port;

import io.millrace.log.Durability;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A destination as it is at one moment. Counters only grow while the server runs.
 *
 * @param queue what its queue's cursor holds, or null where nobody ever used it as a queue
 * @param consumers attached now: those of every cursor, and members of groups that subscribe to it
 * @param messagesIn records appended since the server started
 * @param messagesOut records delivered to consumers since the server started
 * @param bytesIn bytes of the batches appended since the server started
 * @param bytesOut bytes of the batches read or delivered since the server started
 */
public record DestinationStats(
    String name,
    UUID id,
    DestinationKind kind,
    List<PartitionStats> partitions,
    @Nullable QueueStats queue,
    int consumers,
    long messagesIn,
    long messagesOut,
    long bytesIn,
    long bytesOut,
    Durability durability) {

  /** Bytes kept in all partitions. */
  public long sizeBytes() {
    return partitions.stream().mapToLong(PartitionStats::sizeBytes).sum();
  }

  /** Records kept in all partitions. */
  public long stored() {
    return partitions.stream().mapToLong(p -> p.endOffset() - p.startOffset()).sum();
  }
}
