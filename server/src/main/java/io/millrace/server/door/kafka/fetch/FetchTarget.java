package io.millrace.server.door.kafka.fetch;

import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchResponse;

/**
 * One partition that a consumer reads, and what it was told of it last. Used on the connection's
 * event loop only.
 */
public final class FetchTarget {

  /**
   * How a request names a partition.
   *
   * @param topicId zero where the request names topics
   * @param topicName empty where the request has topic ids
   */
  public record Key(Uuid topicId, String topicName, int partition) {}

  private static final long NOTHING_TOLD = -1;

  private final Key key;
  private long fetchOffset;
  private int maxBytes;
  private int currentLeaderEpoch;
  private int lastFetchedEpoch;
  private long toldHighWatermark = NOTHING_TOLD;
  private long toldLastStableOffset = NOTHING_TOLD;
  private long toldStartOffset = NOTHING_TOLD;

  FetchTarget(Key key, FetchRequestData.FetchPartition asked) {
    this.key = key;
    update(asked);
  }

  void update(FetchRequestData.FetchPartition asked) {
    fetchOffset = asked.fetchOffset();
    maxBytes = asked.partitionMaxBytes();
    currentLeaderEpoch = asked.currentLeaderEpoch();
    lastFetchedEpoch = asked.lastFetchedEpoch();
  }

  public Key key() {
    return key;
  }

  public int partition() {
    return key.partition();
  }

  public long fetchOffset() {
    return fetchOffset;
  }

  /** Bytes of records wanted from this partition. */
  public int maxBytes() {
    return maxBytes;
  }

  /** The epoch in which the client believes the leader to be, if it says so. */
  public Optional<Integer> currentLeaderEpoch() {
    return currentLeaderEpoch < 0 ? Optional.empty() : Optional.of(currentLeaderEpoch);
  }

  /** The epoch of the record before the offset, if the client says so (KIP-595). */
  public OptionalInt lastFetchedEpoch() {
    return lastFetchedEpoch < 0 ? OptionalInt.empty() : OptionalInt.of(lastFetchedEpoch);
  }

  /** Remembers what an answer tells. Returns whether that is news to the client. */
  boolean tell(FetchResponseData.PartitionData answer) {
    if (answer.errorCode() != Errors.NONE.code()) {
      toldHighWatermark = NOTHING_TOLD;
      return true;
    }
    boolean news =
        answer.records().sizeInBytes() > 0
            || FetchResponse.isDivergingEpoch(answer)
            || answer.highWatermark() != toldHighWatermark
            || answer.lastStableOffset() != toldLastStableOffset
            || answer.logStartOffset() != toldStartOffset;
    toldHighWatermark = answer.highWatermark();
    toldLastStableOffset = answer.lastStableOffset();
    toldStartOffset = answer.logStartOffset();
    return news;
  }
}
