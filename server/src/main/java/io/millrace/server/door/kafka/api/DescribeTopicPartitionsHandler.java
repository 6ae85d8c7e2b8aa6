package io.millrace.server.door.kafka.api;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicNames;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeTopicPartitionsRequest;
import org.apache.kafka.common.requests.DescribeTopicPartitionsResponse;

/**
 * Describes topics page by page (KIP-966): in the order of their names, so many partitions in one
 * answer, and where to go on.
 */
public final class DescribeTopicPartitionsHandler
    implements RequestHandler<DescribeTopicPartitionsRequest> {
  /** Partitions in one answer, whatever the client would like: Kafka's default. */
  private static final int MAX_PARTITIONS = 2000;

  private final CatalogView catalog;
  private final List<Integer> nodes;

  public DescribeTopicPartitionsHandler(CatalogView catalog, KafkaDoorConfig config) {
    this.catalog = catalog;
    this.nodes = List.of(config.nodeId());
  }

  @Override
  public void handle(DescribeTopicPartitionsRequest request, Exchange exchange) {
    DescribeTopicPartitionsRequestData asked = request.data();
    DescribeTopicPartitionsRequestData.Cursor cursor = asked.cursor();
    if (cursor != null && cursor.partitionIndex() < 0) {
      refuse(asked, exchange);
      return;
    }
    String first = cursor == null ? "" : cursor.topicName();
    int limit = Math.min(Math.max(asked.responsePartitionLimit(), 1), MAX_PARTITIONS);
    boolean all = asked.topics().isEmpty();
    SortedMap<String, Optional<Topic>> topics =
        all ? firstTopics(first, limit) : find(asked.topics(), first);
    DescribeTopicPartitionsResponseData response = new DescribeTopicPartitionsResponseData();
    int left = limit;
    for (Map.Entry<String, Optional<Topic>> each : topics.entrySet()) {
      String name = each.getKey();
      if (left == 0) {
        response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(0));
        break;
      }
      if (each.getValue().isEmpty()) {
        response.topics().add(absent(name));
        continue;
      }
      Topic topic = each.getValue().get();
      int from = cursor != null && name.equals(first) ? cursor.partitionIndex() : 0;
      int to = (int) Math.min((long) from + left, topic.partitions());
      response.topics().add(describe(topic, from, to));
      if (to < topic.partitions()) {
        response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(to));
        break;
      }
      left -= Math.max(to - from, 0);
    }
    exchange.reply(new DescribeTopicPartitionsResponse(response));
  }

  /** For a cursor that cannot be. */
  private static void refuse(DescribeTopicPartitionsRequestData asked, Exchange exchange) {
    DescribeTopicPartitionsResponseData response = new DescribeTopicPartitionsResponseData();
    asked
        .topics()
        .forEach(topic -> response.topics().add(failed(topic.name(), Errors.INVALID_REQUEST)));
    exchange.reply(new DescribeTopicPartitionsResponse(response));
  }

  private SortedMap<String, Optional<Topic>> find(List<TopicRequest> asked, String first) {
    SortedMap<String, Optional<Topic>> found = new TreeMap<>();
    for (TopicRequest each : asked) {
      if (each.name().compareTo(first) >= 0) {
        found.put(each.name(), Optional.ofNullable(catalog.find(each.name())));
      }
    }
    return found;
  }

  /**
   * As many of all topics as can be in one answer, and the one to go on with: each of them has a
   * partition to show, except for the first when the cursor is behind its last.
   */
  private SortedMap<String, Optional<Topic>> firstTopics(String first, int limit) {
    TreeMap<String, Optional<Topic>> found = new TreeMap<>();
    for (Topic topic : catalog.topics()) {
      if (topic.name().compareTo(first) >= 0) {
        found.put(topic.name(), Optional.of(topic));
        if (found.size() > limit + 2) {
          found.pollLastEntry();
        }
      }
    }
    return found;
  }

  private DescribeTopicPartitionsResponseTopic describe(Topic topic, int from, int to) {
    DescribeTopicPartitionsResponseTopic answer =
        AnswerElements.describedTopic()
            .setName(topic.name())
            .setTopicId(Topics.toKafka(topic.id()))
            .setIsInternal(topic.kind().isTemporary())
            .setTopicAuthorizedOperations(Operations.ON_TOPIC);
    for (int index = from; index < to; index++) {
      answer
          .partitions()
          .add(
              new DescribeTopicPartitionsResponsePartition()
                  .setPartitionIndex(index)
                  .setLeaderId(nodes.get(0))
                  .setLeaderEpoch(Node.LEADER_EPOCH)
                  .setReplicaNodes(nodes)
                  .setIsrNodes(nodes)
                  .setEligibleLeaderReplicas(List.of())
                  .setLastKnownElr(List.of()));
    }
    return answer;
  }

  private static DescribeTopicPartitionsResponseTopic absent(String name) {
    Errors error = Errors.UNKNOWN_TOPIC_OR_PARTITION;
    try {
      TopicNames.check(name);
    } catch (RuntimeException e) {
      error = WireErrors.of(e);
    }
    return failed(name, error);
  }

  private static DescribeTopicPartitionsResponseTopic failed(String name, Errors error) {
    return AnswerElements.describedTopic()
        .setName(name)
        .setTopicId(Uuid.ZERO_UUID)
        .setErrorCode(error.code());
  }
}
