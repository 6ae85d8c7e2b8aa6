package io.millrace.server.door.kafka.share;

import org.apache.kafka.common.Uuid;

/**
 * How the requests of share groups name a partition. Comparable, so that maps of those whose hash
 * codes a client has made equal stay quick.
 */
public record SharePartition(Uuid topicId, int partition) implements Comparable<SharePartition> {
  @Override
  public int compareTo(SharePartition other) {
    int topics = topicId.compareTo(other.topicId);
    return topics != 0 ? topics : Integer.compare(partition, other.partition);
  }
}
