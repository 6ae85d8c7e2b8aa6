package io.millrace.server.door.kafka.fetch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.requests.FetchMetadata;

/**
 * The partitions that one fetch asks for: those of its request, or those of the session that it
 * goes on with. Used on the connection's event loop only.
 */
public final class FetchSession {
  private final int id;
  private final boolean usesTopicIds;
  private final Map<FetchTarget.Key, FetchTarget> targets = new LinkedHashMap<>();
  private int nextEpoch;
  private boolean incremental;

  /**
   * @param id {@link FetchMetadata#INVALID_SESSION_ID} for a fetch without a session
   */
  FetchSession(int id, boolean usesTopicIds, List<FetchRequestData.FetchTopic> asked) {
    this.id = id;
    this.usesTopicIds = usesTopicIds;
    this.nextEpoch = FetchMetadata.nextEpoch(FetchMetadata.INITIAL_EPOCH);
    add(asked);
  }

  /** What the response calls the session; 0 for none. */
  public int id() {
    return id;
  }

  boolean usesTopicIds() {
    return usesTopicIds;
  }

  int nextEpoch() {
    return nextEpoch;
  }

  /** In the order in which they shall be read. */
  public List<FetchTarget> targets() {
    return List.copyOf(targets.values());
  }

  int size() {
    return targets.size();
  }

  /** Goes on with the changes that a request makes. */
  void update(
      List<FetchRequestData.FetchTopic> asked, List<FetchRequestData.ForgottenTopic> forgotten) {
    for (FetchRequestData.ForgottenTopic topic : forgotten) {
      for (int partition : topic.partitions()) {
        targets.remove(keyOf(topic.topicId(), topic.topic(), partition));
      }
    }
    add(asked);
    incremental = true;
    nextEpoch = FetchMetadata.nextEpoch(nextEpoch);
  }

  private void add(List<FetchRequestData.FetchTopic> asked) {
    for (FetchRequestData.FetchTopic topic : asked) {
      for (FetchRequestData.FetchPartition partition : topic.partitions()) {
        FetchTarget.Key key = keyOf(topic.topicId(), topic.topic(), partition.partition());
        FetchTarget known = targets.get(key);
        if (known == null) {
          targets.put(key, new FetchTarget(key, partition));
        } else {
          known.update(partition);
        }
      }
    }
  }

  private FetchTarget.Key keyOf(Uuid topicId, String topicName, int partition) {
    return usesTopicIds
        ? new FetchTarget.Key(topicId, "", partition)
        : new FetchTarget.Key(Uuid.ZERO_UUID, topicName, partition);
  }

  /**
   * Whether an answer must be in the response. In an incremental fetch, what is no news to the
   * client is left out. Partitions that gave records move behind the others, so that all get their
   * turn when responses are full.
   */
  public boolean tells(FetchTarget target, FetchResponseData.PartitionData answer) {
    boolean news = target.tell(answer);
    if (id != FetchMetadata.INVALID_SESSION_ID
        && answer.records().sizeInBytes() > 0
        && targets.remove(target.key(), target)) {
      targets.put(target.key(), target);
    }
    return news || !incremental;
  }
}
