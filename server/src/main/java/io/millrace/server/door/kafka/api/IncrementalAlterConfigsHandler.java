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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.IncrementalAlterConfigsRequest;
import org.apache.kafka.common.requests.IncrementalAlterConfigsResponse;
import org.jspecify.annotations.Nullable;

/**
 * Changes settings of topics and groups one by one (KIP-339), or only checks whether they could be.
 */
public final class IncrementalAlterConfigsHandler
    implements RequestHandler<IncrementalAlterConfigsRequest> {
  private final Broker broker;
  private final ConfigChanges changes;

  public IncrementalAlterConfigsHandler(Broker broker) {
    this.broker = broker;
    this.changes = new ConfigChanges(broker);
  }

  @Override
  public void handle(IncrementalAlterConfigsRequest request, Exchange exchange) {
    IncrementalAlterConfigsResponseData response = new IncrementalAlterConfigsResponseData();
    Map<ConfigResource, List<AlterConfigsResource>> all =
        request.data().resources().stream()
            .collect(
                Collectors.groupingBy(
                    IncrementalAlterConfigsHandler::resource,
                    LinkedHashMap::new,
                    Collectors.toList()));
    Tally tally =
        new Tally(all.size(), () -> exchange.reply(new IncrementalAlterConfigsResponse(response)));
    all.forEach(
        (resource, asked) -> {
          AlterConfigsResourceResponse result =
              new AlterConfigsResourceResponse()
                  .setResourceType(asked.get(0).resourceType())
                  .setResourceName(resource.name())
                  .setErrorMessage(null);
          response.responses().add(result);
          Reply<Object> reply = tally.reply(altered -> {}, error -> failed(result, error));
          if (asked.size() > 1) {
            reply.fail(ConfigChanges.namedSeveralTimes());
          } else {
            changes.make(
                resource,
                topic -> changesOf(asked.get(0), (change, how) -> valueOf(change, how, topic)),
                group -> changesOf(asked.get(0), IncrementalAlterConfigsHandler::valueOf),
                request.data().validateOnly(),
                reply);
          }
        });
  }

  private static ConfigResource resource(AlterConfigsResource asked) {
    return new ConfigResource(
        ConfigResource.Type.forId(asked.resourceType()), asked.resourceName());
  }

  private static Map<String, @Nullable String> changesOf(
      AlterConfigsResource asked, BiFunction<AlterableConfig, OpType, String> valueOf) {
    Map<String, @Nullable String> all = new HashMap<>();
    for (AlterableConfig change : asked.configs()) {
      OpType operation = OpType.forId(change.configOperation());
      if (operation == null) {
        throw Errors.INVALID_REQUEST.exception(
            "unknown operation " + change.configOperation() + " on " + change.name());
      }
      ConfigChanges.add(
          all, change.name(), operation == OpType.DELETE ? null : valueOf.apply(change, operation));
    }
    return all;
  }

  /** Groups have no settings that are lists. */
  private static String valueOf(AlterableConfig change, OpType operation) {
    String value = ConfigChanges.given(change.name(), change.value());
    if (operation != OpType.SET) {
      throw Errors.INVALID_CONFIG.exception(change.name() + " is not a list");
    }
    return value;
  }

  private String valueOf(AlterableConfig change, OpType operation, Topic topic) {
    String value = ConfigChanges.given(change.name(), change.value());
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
