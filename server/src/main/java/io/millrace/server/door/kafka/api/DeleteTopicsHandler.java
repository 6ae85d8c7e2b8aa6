package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteTopicsRequest;
import org.apache.kafka.common.requests.DeleteTopicsResponse;

/** Deletes topics with all their records, by name or by id (KIP-516). */
public final class DeleteTopicsHandler implements RequestHandler<DeleteTopicsRequest> {
  private static final int FIRST_VERSION_WITH_TOPIC_IDS = 6;

  /** Clients know THROTTLING_QUOTA_EXCEEDED from this version on. */
  private static final int STRICT_SINCE = 5;

  private final Broker broker;

  public DeleteTopicsHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(DeleteTopicsRequest request, Exchange exchange) {
    Set<Object> repeated = new HashSet<>();
    List<DeleteTopicState> asked = distinct(askedBy(request), repeated);
    List<DeletableTopicResult> results = new ArrayList<>();
    for (DeleteTopicState topic : asked) {
      results.add(AnswerElements.deletedTopic().setName(topic.name()).setTopicId(topic.topicId()));
    }
    Tally tally =
        new Tally(
            asked.size(),
            () -> {
              DeleteTopicsResponseData response = new DeleteTopicsResponseData();
              response.responses().addAll(results);
              exchange.reply(new DeleteTopicsResponse(response));
            });
    Mutations mutations = new Mutations(exchange, STRICT_SINCE);
    for (int i = 0; i < asked.size(); i++) {
      DeleteTopicState topic = asked.get(i);
      if (repeated.contains(keyOf(topic))) {
        failed(
            results.get(i), Errors.INVALID_REQUEST.exception("the topic is named several times"));
        tally.count();
      } else {
        delete(topic, mutations, results.get(i), tally);
      }
    }
  }

  private static List<DeleteTopicState> askedBy(DeleteTopicsRequest request) {
    return request.version() >= FIRST_VERSION_WITH_TOPIC_IDS
        ? request.data().topics()
        : request.data().topicNames().stream()
            .map(name -> new DeleteTopicState().setName(name))
            .toList();
  }

  /** Each topic once. What is named several times is noted. */
  private static List<DeleteTopicState> distinct(
      List<DeleteTopicState> asked, Set<Object> repeated) {
    Map<Object, DeleteTopicState> found = new LinkedHashMap<>();
    for (DeleteTopicState topic : asked) {
      if (found.putIfAbsent(keyOf(topic), topic) != null) {
        repeated.add(keyOf(topic));
      }
    }
    return List.copyOf(found.values());
  }

  private static Object keyOf(DeleteTopicState topic) {
    return topic.name() == null ? topic.topicId() : topic.name();
  }

  private void delete(
      DeleteTopicState asked, Mutations mutations, DeletableTopicResult result, Tally tally) {
    Topic topic;
    try {
      if (asked.name() != null && !asked.topicId().equals(Uuid.ZERO_UUID)) {
        throw Errors.INVALID_REQUEST.exception("a topic is named by name or by id, not both");
      }
      topic = Topics.get(broker.catalog(), asked.topicId(), asked.name());
      mutations.take(topic.partitions());
    } catch (RuntimeException e) {
      failed(result, e);
      tally.count();
      return;
    }
    result.setName(topic.name()).setTopicId(Topics.toKafka(topic.id()));
    broker.deleteTopic(
        topic.id(),
        tally.reply(
            deleted -> {},
            error -> {
              mutations.giveBack(topic.partitions());
              failed(result, error);
            }));
  }

  private static void failed(DeletableTopicResult result, RuntimeException failure) {
    result
        .setErrorCode(WireErrors.ofCatalog(failure).code())
        .setErrorMessage(WireErrors.messageOf(failure));
  }
}
