package io.millrace.server.door.kafka.api;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.door.kafka.wire.Exchange;
import io.millrace.server.door.kafka.wire.RequestHandler;
import io.millrace.server.group.settings.GroupSettingsView;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListConfigResourcesRequest;
import org.apache.kafka.common.requests.ListConfigResourcesResponse;

/**
 * Lists what has settings (KIP-1142): topics, the broker, and groups for which something was set.
 * The other types that Kafka knows have none here.
 */
public final class ListConfigResourcesHandler
    implements RequestHandler<ListConfigResourcesRequest> {
  private final CatalogView catalog;
  private final GroupSettingsView groups;
  private final KafkaDoorConfig config;

  public ListConfigResourcesHandler(
      CatalogView catalog, GroupSettingsView groups, KafkaDoorConfig config) {
    this.catalog = catalog;
    this.groups = groups;
    this.config = config;
  }

  @Override
  public void handle(ListConfigResourcesRequest request, Exchange exchange) {
    Set<ConfigResource.Type> wanted = wantedBy(request);
    ListConfigResourcesResponseData response = new ListConfigResourcesResponseData();
    if (wanted.contains(ConfigResource.Type.UNKNOWN)) {
      // Kafka's answer to a type that its version of the API does not know.
      response.setErrorCode(Errors.UNSUPPORTED_VERSION.code());
    } else {
      if (wanted.contains(ConfigResource.Type.TOPIC)) {
        for (Topic topic : catalog.topics()) {
          response.configResources().add(resource(ConfigResource.Type.TOPIC, topic.name()));
        }
      }
      if (wanted.contains(ConfigResource.Type.GROUP)) {
        for (String group : groups.groups()) {
          response.configResources().add(resource(ConfigResource.Type.GROUP, group));
        }
      }
      if (wanted.contains(ConfigResource.Type.BROKER)) {
        String id = Integer.toString(config.nodeId());
        response.configResources().add(resource(ConfigResource.Type.BROKER, id));
      }
    }
    exchange.reply(new ListConfigResourcesResponse(response));
  }

  /** Version 0 lists resources of client metrics and cannot ask for others (KIP-1000). */
  private static Set<ConfigResource.Type> wantedBy(ListConfigResourcesRequest request) {
    if (request.version() == 0) {
      return Set.of(ConfigResource.Type.CLIENT_METRICS);
    }
    List<Byte> asked = request.data().resourceTypes();
    if (asked.isEmpty()) {
      return EnumSet.complementOf(EnumSet.of(ConfigResource.Type.UNKNOWN));
    }
    Set<ConfigResource.Type> types = EnumSet.noneOf(ConfigResource.Type.class);
    asked.forEach(type -> types.add(ConfigResource.Type.forId(type)));
    return types;
  }

  private static ListConfigResourcesResponseData.ConfigResource resource(
      ConfigResource.Type type, String name) {
    return new ListConfigResourcesResponseData.ConfigResource()
        .setResourceType(type.id())
        .setResourceName(name);
  }
}
