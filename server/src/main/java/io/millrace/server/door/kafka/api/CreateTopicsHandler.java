package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicKind;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.shard.Reply;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreateTopicsRequest;
import org.apache.kafka.common.requests.CreateTopicsResponse;

/** Creates topics, or only checks whether they could be. There is one replica of everything. */
public final class CreateTopicsHandler implements RequestHandler<CreateTopicsRequest> {
  private static final short REPLICAS = 1;

  /** Clients know THROTTLING_QUOTA_EXCEEDED from this version on. */
  private static final int STRICT_SINCE = 6;

  private final Broker broker;
  private final KafkaDoorConfig config;
  private final TopicConfigEntries entries;
  private final int defaultPartitions;

  public CreateTopicsHandler(Broker broker, KafkaDoorConfig config, int defaultPartitions) {
    this.defaultPartitions = defaultPartitions;
    this.broker = broker;
    this.config = config;
    this.entries = new TopicConfigEntries(broker.catalog().configs());
  }

  @Override
  public void handle(CreateTopicsRequest request, Exchange exchange) {
    Map<String, Long> times =
        request.data().topics().stream()
            .collect(Collectors.groupingBy(CreatableTopic::name, Collectors.counting()));
    CreateTopicsResponseData response = new CreateTopicsResponseData();
    Tally tally = new Tally(times.size(), () -> exchange.reply(new CreateTopicsResponse(response)));
    Mutations mutations = new Mutations(exchange, STRICT_SINCE);
    Set<String> named = new HashSet<>();
    for (CreatableTopic asked : request.data().topics()) {
      if (!named.add(asked.name())) {
        continue; // answered already
      }
      CreatableTopicResult result = AnswerElements.createdTopic().setName(asked.name());
      response.topics().mustAdd(result);
      boolean repeated = times.getOrDefault(asked.name(), 1L) > 1;
      create(asked, repeated, request, mutations, result, tally);
    }
  }

  private void create(
      CreatableTopic asked,
      boolean repeated,
      CreateTopicsRequest request,
      Mutations mutations,
      CreatableTopicResult result,
      Tally tally) {
    TopicSpec spec;
    int taken = 0;
    try {
      if (repeated) {
        throw Errors.INVALID_REQUEST.exception("the topic is named several times");
      }
      spec = specOf(asked);
      if (!request.data().validateOnly() && broker.catalog().find(spec.name()) == null) {
        int partitions =
            spec.partitions() == TopicSpec.DEFAULT_PARTITIONS
                ? defaultPartitions
                : spec.partitions();
        mutations.take(partitions);
        taken = partitions;
      }
    } catch (RuntimeException e) {
      failed(result, e);
      tally.count();
      return;
    }
    int counted = taken;
    Reply<Topic> reply =
        tally.reply(
            topic -> created(result, topic),
            e -> {
              mutations.giveBack(counted);
              failed(result, e);
            });
    if (request.data().validateOnly()) {
      broker.validateTopic(spec, reply);
    } else {
      broker.createTopic(spec, reply);
    }
  }

  private TopicSpec specOf(CreatableTopic asked) {
    int partitions = asked.numPartitions();
    if (!asked.assignments().isEmpty()) {
      partitions = assignedPartitions(asked);
    } else {
      checkReplicationFactor(asked.replicationFactor());
    }
    if (partitions == 0 || partitions < -1) {
      throw Errors.INVALID_PARTITIONS.exception("a topic has at least one partition");
    }
    Map<String, String> config = new HashMap<>();
    for (CreatableTopicConfig setting : asked.configs()) {
      if (setting.value() == null) {
        throw Errors.INVALID_CONFIG.exception(setting.name() + " has no value");
      }
      config.put(setting.name(), setting.value());
    }
    return new TopicSpec(
        asked.name(),
        TopicKind.TOPIC,
        partitions == -1 ? TopicSpec.DEFAULT_PARTITIONS : partitions,
        config,
        null);
  }

  private void checkReplicationFactor(short factor) {
    boolean possible =
        factor == -1 || factor == REPLICAS || (config.anyReplicationFactor() && factor > 0);
    if (!possible) {
      throw Errors.INVALID_REPLICATION_FACTOR.exception(
          "a replication factor of "
              + factor
              + " is not possible with one broker; use 1 or -1, or set"
              + " topics.any-replication-factor");
    }
  }

  private int assignedPartitions(CreatableTopic asked) {
    if (asked.numPartitions() != -1 || asked.replicationFactor() != -1) {
      throw Errors.INVALID_REQUEST.exception(
          "partitions and replicas are either counted or assigned, not both");
    }
    List<Integer> here = List.of(config.nodeId());
    for (CreatableReplicaAssignment assignment : asked.assignments()) {
      boolean consecutive =
          assignment.partitionIndex() >= 0
              && assignment.partitionIndex() < asked.assignments().size();
      if (!consecutive || !assignment.brokerIds().equals(here)) {
        throw Errors.INVALID_REPLICA_ASSIGNMENT.exception(
            "every partition is assigned to broker " + config.nodeId() + ", counted from 0");
      }
    }
    return asked.assignments().size();
  }

  private void created(CreatableTopicResult result, Topic topic) {
    result
        .setErrorMessage(null)
        .setTopicId(Topics.toKafka(topic.id()))
        .setNumPartitions(topic.partitions())
        .setReplicationFactor(REPLICAS);
    entries
        .of(topic)
        .forEach(
            entry ->
                result
                    .configs()
                    .add(
                        new CreatableTopicConfigs()
                            .setName(entry.name())
                            .setValue(entry.value())
                            .setReadOnly(false)
                            .setConfigSource(entry.source().id())
                            .setIsSensitive(false)));
  }

  private static void failed(CreatableTopicResult result, RuntimeException failure) {
    result
        .setErrorCode(WireErrors.ofCatalog(failure).code())
        .setErrorMessage(WireErrors.messageOf(failure))
        .setConfigs(List.of());
  }
}
