package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicNames;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;

/**
 * Tells clients which topics there are and where: always here. A topic that is asked for and does
 * not exist is created if both the client and the server's configuration allow it.
 */
public final class MetadataHandler implements RequestHandler<MetadataRequest> {
  private static final int FIRST_VERSION_WITH_TOPIC_IDS = 12;

  private final Broker broker;
  private final KafkaDoorConfig config;
  private final BrokerSettings settings;

  public MetadataHandler(Broker broker, KafkaDoorConfig config, BrokerSettings settings) {
    this.broker = broker;
    this.config = config;
    this.settings = settings;
  }

  @Override
  public void handle(MetadataRequest request, Exchange exchange) {
    MetadataResponseData response = new MetadataResponseData();
    Node node = Node.of(config, exchange);
    response
        .setClusterId(config.clusterId())
        .setControllerId(node.id())
        .brokers()
        .add(
            new MetadataResponseBroker()
                .setNodeId(node.id())
                .setHost(node.host())
                .setPort(node.port()));
    if (request.data().includeClusterAuthorizedOperations()) {
      response.setClusterAuthorizedOperations(Operations.ON_CLUSTER);
    }
    if (request.isAllTopics()) {
      for (Topic topic : broker.catalog().topics()) {
        response.topics().add(describe(AnswerElements.metadataTopic(), topic, request));
      }
      exchange.reply(new MetadataResponse(response, exchange.version()));
    } else if (request.version() < FIRST_VERSION_WITH_TOPIC_IDS && namesTopicsById(request)) {
      refuseIds(request, response, exchange);
    } else {
      find(request, response, exchange);
    }
  }

  /** Versions 10 and 11 have a field for ids, but their answers cannot do without names. */
  private static boolean namesTopicsById(MetadataRequest request) {
    List<MetadataRequestTopic> asked = request.data().topics();
    return asked != null
        && asked.stream()
            .anyMatch(topic -> topic.name() == null || !topic.topicId().equals(Uuid.ZERO_UUID));
  }

  private static void refuseIds(
      MetadataRequest request, MetadataResponseData response, Exchange exchange) {
    for (MetadataRequestTopic asked : request.data().topics()) {
      response
          .topics()
          .add(
              AnswerElements.metadataTopic()
                  .setName(asked.name() == null ? "" : asked.name())
                  .setTopicId(asked.topicId())
                  .setErrorCode(Errors.INVALID_REQUEST.code()));
    }
    exchange.reply(new MetadataResponse(response, exchange.version()));
  }

  /** Who names a topic twice is told of it once, as by Kafka. */
  private static List<MetadataRequestTopic> distinct(List<MetadataRequestTopic> asked) {
    Set<String> names = new HashSet<>();
    Set<Uuid> ids = new HashSet<>();
    return asked.stream()
        .filter(
            topic ->
                (topic.name() != null && topic.topicId().equals(Uuid.ZERO_UUID))
                    ? names.add(topic.name())
                    : ids.add(topic.topicId()))
        .toList();
  }

  private void find(MetadataRequest request, MetadataResponseData response, Exchange exchange) {
    List<MetadataRequestTopic> asked = distinct(request.data().topics());
    List<MetadataResponseTopic> answers = new ArrayList<>();
    asked.forEach(
        topic ->
            answers.add(
                AnswerElements.metadataTopic().setName(topic.name()).setTopicId(topic.topicId())));
    Tally tally =
        new Tally(
            asked.size(),
            () -> {
              response.topics().addAll(answers);
              exchange.reply(new MetadataResponse(response, exchange.version()));
            });
    // No version of this API knows the error: who creates too much waits afterwards.
    Mutations mutations = new Mutations(exchange, Integer.MAX_VALUE);
    for (int i = 0; i < asked.size(); i++) {
      find(asked.get(i), answers.get(i), request, mutations, tally);
    }
  }

  private void find(
      MetadataRequestTopic asked,
      MetadataResponseTopic answer,
      MetadataRequest request,
      Mutations mutations,
      Tally tally) {
    boolean byId = !asked.topicId().equals(Uuid.ZERO_UUID);
    if (byId || asked.name() == null || !request.allowAutoTopicCreation()) {
      try {
        if (!byId && asked.name() != null) {
          TopicNames.check(asked.name());
        }
        describe(answer, Topics.get(broker.catalog(), asked.topicId(), asked.name()), request);
      } catch (RuntimeException e) {
        failed(answer, e);
      }
      tally.count();
      return;
    }
    int taken = 0;
    if (settings.autoCreateTopics() && broker.catalog().find(asked.name()) == null) {
      taken = settings.defaultPartitions();
      mutations.take(taken);
    }
    int counted = taken;
    broker.findOrAutoCreateTopic(
        TopicSpec.topic(asked.name()),
        tally.reply(
            topic -> describe(answer, topic, request),
            error -> {
              mutations.giveBack(counted);
              failed(answer, error);
            }));
  }

  private MetadataResponseTopic describe(
      MetadataResponseTopic answer, Topic topic, MetadataRequest request) {
    answer
        .setName(topic.name())
        .setTopicId(Topics.toKafka(topic.id()))
        .setIsInternal(topic.kind().isTemporary());
    if (request.data().includeTopicAuthorizedOperations()) {
      answer.setTopicAuthorizedOperations(Operations.ON_TOPIC);
    }
    List<Integer> nodes = List.of(config.nodeId());
    for (int index = 0; index < topic.partitions(); index++) {
      answer
          .partitions()
          .add(
              new MetadataResponsePartition()
                  .setPartitionIndex(index)
                  .setLeaderId(config.nodeId())
                  .setLeaderEpoch(Node.LEADER_EPOCH)
                  .setReplicaNodes(nodes)
                  .setIsrNodes(nodes));
    }
    return answer;
  }

  private static void failed(MetadataResponseTopic answer, RuntimeException failure) {
    Errors error = WireErrors.of(failure);
    // Shard 0 does not serve now: clients ask again after this one.
    answer.setErrorCode(
        (error == Errors.COORDINATOR_NOT_AVAILABLE ? Errors.LEADER_NOT_AVAILABLE : error).code());
  }
}
