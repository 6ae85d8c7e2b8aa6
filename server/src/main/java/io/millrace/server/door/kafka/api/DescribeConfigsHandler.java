package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.api.TopicConfigEntries.Entry;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.group.settings.GroupSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsRequest;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigType;

/**
 * Shows the settings of topics and groups, and those of the broker that Kafka's clients know. The
 * broker's are read-only here: they are set where the server is started.
 */
public final class DescribeConfigsHandler implements RequestHandler<DescribeConfigsRequest> {
  private final Broker broker;
  private final KafkaDoorConfig config;
  private final BrokerSettings brokerSettings;

  /** Any name is a group's, whether it exists or not: what is answered is bounded by this alone. */
  private static final int MAX_GROUPS = 1000;

  private final TopicConfigEntries topicEntries;
  private final GroupConfigEntries groupEntries;

  public DescribeConfigsHandler(
      Broker broker, KafkaDoorConfig config, BrokerSettings brokerSettings) {
    this.broker = broker;
    this.config = config;
    this.brokerSettings = brokerSettings;
    this.topicEntries = new TopicConfigEntries(broker.catalog().configs());
    this.groupEntries = new GroupConfigEntries(broker.groupSettings());
  }

  @Override
  public void handle(DescribeConfigsRequest request, Exchange exchange) {
    DescribeConfigsResponseData response = new DescribeConfigsResponseData();
    // Who names a resource twice is told of it once: answers are much larger than questions.
    Set<String> seen = new HashSet<>();
    int groups = 0;
    for (DescribeConfigsResource asked : request.data().resources()) {
      if (!seen.add(asked.resourceType() + ":" + asked.resourceName())) {
        continue;
      }
      DescribeConfigsResult result =
          new DescribeConfigsResult()
              .setResourceType(asked.resourceType())
              .setResourceName(asked.resourceName());
      response.results().add(result);
      try {
        if (asked.resourceType() == ConfigResource.Type.GROUP.id() && ++groups > MAX_GROUPS) {
          throw Errors.INVALID_REQUEST.exception(
              "one request describes " + MAX_GROUPS + " groups at most: ask again for the others");
        }
        describe(asked, request, exchange, result);
      } catch (RuntimeException e) {
        result.setErrorCode(WireErrors.of(e).code()).setErrorMessage(WireErrors.messageOf(e));
      }
    }
    exchange.reply(new DescribeConfigsResponse(response));
  }

  private void describe(
      DescribeConfigsResource asked,
      DescribeConfigsRequest request,
      Exchange exchange,
      DescribeConfigsResult result) {
    switch (ConfigResource.Type.forId(asked.resourceType())) {
      case TOPIC -> {
        Topic topic = Topics.get(broker.catalog(), Uuid.ZERO_UUID, asked.resourceName());
        for (Entry entry : topicEntries.of(topic)) {
          if (isWanted(asked.configurationKeys(), entry.name())) {
            result.configs().add(describe(entry, request));
          }
        }
      }
      case BROKER -> {
        checkNode(asked.resourceName());
        Map<String, String> settings = brokerSettings.of(Node.of(config, exchange));
        settings.forEach(
            (name, value) -> {
              if (isWanted(asked.configurationKeys(), name)) {
                result.configs().add(describe(name, value));
              }
            });
      }
      case GROUP -> {
        checkGroup(asked.resourceName());
        for (Entry entry : groupEntries.of(asked.resourceName())) {
          if (isWanted(asked.configurationKeys(), entry.name())) {
            result.configs().add(describe(entry, request));
          }
        }
      }
      default ->
          throw Errors.INVALID_REQUEST.exception(
              "only topics, groups and the broker have settings to show");
    }
  }

  /** An empty name stands for the defaults of all brokers. */
  private void checkNode(String name) {
    if (!name.isEmpty() && !name.equals(Integer.toString(config.nodeId()))) {
      throw Errors.INVALID_REQUEST.exception(
          "there is no broker " + name + ", only " + config.nodeId());
    }
  }

  /** Of groups, unlike topics, there are as many as a request makes up. */
  private static void checkGroup(String name) {
    if (name.isEmpty() || name.length() > GroupSettings.MAX_GROUP_ID) {
      throw Errors.INVALID_REQUEST.exception(
          "the id of a group has 1 to " + GroupSettings.MAX_GROUP_ID + " characters");
    }
  }

  private static boolean isWanted(
      @org.jspecify.annotations.Nullable List<String> keys, String name) {
    return keys == null || keys.contains(name);
  }

  private static DescribeConfigsResourceResult describe(
      Entry entry, DescribeConfigsRequest request) {
    DescribeConfigsResourceResult result =
        new DescribeConfigsResourceResult()
            .setName(entry.name())
            .setValue(entry.value())
            .setReadOnly(false)
            .setIsSensitive(false)
            .setConfigSource(entry.source().id())
            .setConfigType(entry.type().id());
    if (request.data().includeSynonyms()) {
      for (TopicConfigEntries.Layer layer : entry.layers()) {
        result
            .synonyms()
            .add(
                new DescribeConfigsSynonym()
                    .setName(layer.name())
                    .setValue(layer.value())
                    .setSource(layer.source().id()));
      }
    }
    result.setDocumentation(
        request.data().includeDocumentation() ? entry.key().documentation() : null);
    return result;
  }

  private static DescribeConfigsResourceResult describe(String name, String value) {
    return new DescribeConfigsResourceResult()
        .setName(name)
        .setValue(value)
        .setReadOnly(true)
        .setIsSensitive(false)
        .setConfigSource(ConfigSource.STATIC_BROKER_CONFIG.id())
        .setConfigType(ConfigType.STRING.id());
  }
}
