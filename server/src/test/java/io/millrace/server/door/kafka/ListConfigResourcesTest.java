package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListConfigResourcesResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What has settings is listed, by type. */
@Timeout(60)
final class ListConfigResourcesTest {
  private static final ConfigResource TOPIC = new ConfigResource(ConfigResource.Type.TOPIC, "t");
  private static final ConfigResource BROKER = new ConfigResource(ConfigResource.Type.BROKER, "1");

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void listsTopicsAndTheBroker() throws Exception {
    try (Admin admin = server.admin()) {
      assertThat(admin.listConfigResources().all().get()).containsExactlyInAnyOrder(TOPIC, BROKER);
      assertThat(listed(admin, ConfigResource.Type.TOPIC)).containsExactly(TOPIC);
      assertThat(listed(admin, ConfigResource.Type.BROKER)).containsExactly(BROKER);
      assertThat(
              listed(
                  admin,
                  ConfigResource.Type.GROUP,
                  ConfigResource.Type.CLIENT_METRICS,
                  ConfigResource.Type.BROKER_LOGGER))
          .isEmpty();
      assertThat(admin.describeConfigs(List.of(TOPIC, BROKER)).all().get()).hasSize(2);
    }
  }

  @Test
  void doesNotKnowEveryType() throws Exception {
    ListConfigResourcesRequestData request =
        new ListConfigResourcesRequestData().setResourceTypes(List.of((byte) 2, (byte) 77));

    assertThat(ask((short) 1, request).errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
    assertThat(ask((short) 1, request).configResources()).isEmpty();
  }

  @Test
  void listsClientMetricsForVersion0WhichKnowsNothingElse() throws Exception {
    ListConfigResourcesResponseData answer = ask((short) 0, new ListConfigResourcesRequestData());

    assertThat(answer.errorCode()).isEqualTo(Errors.NONE.code());
    assertThat(answer.configResources()).isEmpty();
  }

  private static Iterable<ConfigResource> listed(Admin admin, ConfigResource.Type... types)
      throws Exception {
    return admin.listConfigResources(Set.of(types), new ListConfigResourcesOptions()).all().get();
  }

  private ListConfigResourcesResponseData ask(short version, ListConfigResourcesRequestData request)
      throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      return ((ListConfigResourcesResponse)
              client.ask(ApiKeys.LIST_CONFIG_RESOURCES, version, request))
          .data();
    }
  }
}
