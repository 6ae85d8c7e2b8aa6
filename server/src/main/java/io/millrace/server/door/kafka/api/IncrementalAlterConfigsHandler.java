package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicConfigKey;
import io.millrace.server.catalog.TopicConfigKey.ValueType;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.shard.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.IncrementalAlterConfigsRequest;
import org.apache.kafka.common.requests.IncrementalAlterConfigsResponse;
import org.jspecify.annotations.Nullable;

/** Changes settings of topics one by one (KIP-339), or only checks whether they could be. */
public final class IncrementalAlterConfigsHandler
    implements RequestHandler<IncrementalAlterConfigsRequest> {
  private final Broker broker;

  public IncrementalAlterConfigsHandler(Broker broker) {
    this.broker = broker;
  }

  @Override
  public void handle(IncrementalAlterConfigsRequest request, Exchange exchange) {
    IncrementalAlterConfigsResponseData response = new IncrementalAlterConfigsResponseData();
    Tally tally =
        new Tally(
            request.data().resources().size(),
            () -> exchange.reply(new IncrementalAlterConfigsResponse(response)));
    for (AlterConfigsResource asked : request.data().resources()) {
      AlterConfigsResourceResponse result =
          new AlterConfigsResourceResponse()
              .setResourceType(asked.resourceType())
              .setResourceName(asked.resourceName())
              .setErrorMessage(null);
      response.responses().add(result);
      alter(asked, request.data().validateOnly(), result, tally);
    }
  }

  private void alter(
      AlterConfigsResource asked,
      boolean validateOnly,
      AlterConfigsResourceResponse result,
      Tally tally) {
    Topic topic;
    Map<String, @Nullable String> changes;
    try {
      if (asked.resourceType() != ConfigResource.Type.TOPIC.id()) {
        throw Errors.INVALID_REQUEST.exception(
            "only settings of topics can be changed; the broker's are set where it is started");
      }
      topic = Topics.get(broker.catalog(), Uuid.ZERO_UUID, asked.resourceName());
      changes = changesOf(asked, topic);
    } catch (RuntimeException e) {
      failed(result, e);
      tally.count();
      return;
    }
    Reply<Topic> reply = tally.reply(altered -> {}, error -> failed(result, error));
    if (validateOnly) {
      broker.validateTopicConfig(topic.id(), changes, reply);
    } else {
      broker.alterTopicConfig(topic.id(), changes, reply);
    }
  }

  private Map<String, @Nullable String> changesOf(AlterConfigsResource asked, Topic topic) {
    Map<String, @Nullable String> changes = new HashMap<>();
    for (AlterableConfig change : asked.configs()) {
      if (changes.containsKey(change.name())) {
        throw Errors.INVALID_REQUEST.exception(change.name() + " is changed several times");
      }
      OpType operation = OpType.forId(change.configOperation());
      if (operation == null) {
        throw Errors.INVALID_REQUEST.exception(
            "unknown operation " + change.configOperation() + " on " + change.name());
      }
      changes.put(
          change.name(), operation == OpType.DELETE ? null : valueOf(change, operation, topic));
    }
    return changes;
  }

  private String valueOf(AlterableConfig change, OpType operation, Topic topic) {
    String value = change.value();
    if (value == null) {
      throw Errors.INVALID_CONFIG.exception(change.name() + " has no value");
    }
    if (operation == OpType.SET) {
      return value;
    }
    TopicConfigKey key = TopicConfigKeys.get(change.name());
    if (key.type() != ValueType.LIST) {
      throw Errors.INVALID_CONFIG.exception(change.name() + " is not a list");
    }
    List<String> items = items(broker.catalog().configs().value(topic, change.name()));
    if (operation == OpType.APPEND) {
      items(value).stream().filter(item -> !items.contains(item)).forEach(items::add);
    } else {
      items.removeAll(items(value));
    }
    return String.join(",", items);
  }

  private static List<String> items(String list) {
    return new ArrayList<>(
        Arrays.stream(list.split(",")).map(String::trim).filter(item -> !item.isEmpty()).toList());
  }

  private static void failed(AlterConfigsResourceResponse result, RuntimeException failure) {
    result
        .setErrorCode(WireErrors.ofCatalog(failure).code())
        .setErrorMessage(WireErrors.messageOf(failure));
  }
}
