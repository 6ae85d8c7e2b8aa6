package io.millrace.server.door.kafka.api;

import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.TopicConfigKey;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.door.kafka.wire.WireErrors;
import io.millrace.server.shard.Reply;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.requests.AlterConfigsRequest;
import org.apache.kafka.common.requests.AlterConfigsResponse;
import org.jspecify.annotations.Nullable;

/**
 * Replaces all settings of topics and groups: those that are not named go back to their defaults
 * (KIP-133; old clients and tools know nothing else). Or only checks whether they could be.
 */
public final class AlterConfigsHandler implements RequestHandler<AlterConfigsRequest> {
  private final ConfigChanges changes;
  private final Collection<TopicConfigKey> groupKeys;

  public AlterConfigsHandler(Broker broker) {
    this.changes = new ConfigChanges(broker);
    this.groupKeys = broker.groupSettings().keys().all();
  }

  @Override
  public void handle(AlterConfigsRequest request, Exchange exchange) {
    AlterConfigsResponseData response = new AlterConfigsResponseData();
    Map<ConfigResource, List<AlterConfigsResource>> all =
        request.data().resources().stream()
            .collect(
                Collectors.groupingBy(
                    AlterConfigsHandler::resource, LinkedHashMap::new, Collectors.toList()));
    Tally tally = new Tally(all.size(), () -> exchange.reply(new AlterConfigsResponse(response)));
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
                topic -> replacement(asked.get(0), TopicConfigKeys.all()),
                group -> replacement(asked.get(0), groupKeys),
                request.data().validateOnly(),
                reply);
          }
        });
  }

  private static ConfigResource resource(AlterConfigsResource asked) {
    return new ConfigResource(
        ConfigResource.Type.forId(asked.resourceType()), asked.resourceName());
  }

  /** Whatever is set when the change is made. */
  private static Map<String, @Nullable String> replacement(
      AlterConfigsResource asked, Collection<TopicConfigKey> keys) {
    Map<String, @Nullable String> all = new HashMap<>();
    for (AlterableConfig setting : asked.configs()) {
      ConfigChanges.add(all, setting.name(), ConfigChanges.given(setting.name(), setting.value()));
    }
    for (TopicConfigKey key : keys) {
      all.putIfAbsent(key.name(), null);
    }
    return all;
  }

  private static void failed(AlterConfigsResourceResponse result, RuntimeException failure) {
    result
        .setErrorCode(WireErrors.ofCatalog(failure).code())
        .setErrorMessage(WireErrors.messageOf(failure));
  }
}
