package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AlterConfigsResponse;
import org.apache.kafka.common.requests.IncrementalAlterConfigsResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All settings of a topic are replaced at once. The clients of today have no method for it. */
@Timeout(60)
final class AlterConfigsTest {
  private static final byte TOPIC = 2;
  private static final byte BROKER = 4;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("t", 1, (short) 1)
                      .configs(Map.of("retention.ms", "1000", "segment.ms", "2000"))))
          .all()
          .get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(shorts = {0, 1, 2})
  void replacesAllSettingsForGood(short version) throws Exception {
    assertThat(alter(version, false, topic(setting("retention.ms", "5000"))))
        .isEqualTo(Errors.NONE);

    assertThat(settings()).isEqualTo(Map.of("retention.ms", "5000"));
    server.close();
    server = new RunningDoor(directory);
    assertThat(settings()).isEqualTo(Map.of("retention.ms", "5000"));
    assertThat(alter(version, false, topic())).isEqualTo(Errors.NONE);
    assertThat(settings()).isEmpty();
  }

  @Test
  void onlyChecksWhenAskedTo() throws Exception {
    assertThat(alter(true, topic(setting("retention.ms", "5000")))).isEqualTo(Errors.NONE);
    assertThat(alter(true, topic(setting("retention.ms", "soon"))))
        .isEqualTo(Errors.INVALID_CONFIG);
    assertNothingChanged();
  }

  @Test
  void refusesWhatCannotBe() throws Exception {
    assertThat(alter(false, topic(setting("retention.ms", "soon"))))
        .isEqualTo(Errors.INVALID_CONFIG);
    assertThat(alter(false, topic(setting("no.such.setting", "1"))))
        .isEqualTo(Errors.INVALID_CONFIG);
    assertThat(alter(false, topic(setting("retention.ms", null))))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(alter(false, topic(setting("retention.ms", "1"), setting("retention.ms", "2"))))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(alter(false, topic().setResourceName("absent")))
        .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    assertThat(alter(false, topic().setResourceType(BROKER).setResourceName("1")))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(alter(false, topic().setResourceType((byte) 99))).isEqualTo(Errors.INVALID_REQUEST);
    assertThat(alter(false, topic(), topic())).isEqualTo(Errors.INVALID_REQUEST);
    assertNothingChanged();
  }

  @Test
  void oneByOneRefusesAResourceThatIsNamedTwiceAndASettingWithoutAValue() throws Exception {
    assertThat(alterOneByOne(oneByOne("1"), oneByOne("2"))).isEqualTo(Errors.INVALID_REQUEST);
    assertThat(alterOneByOne(oneByOne(null))).isEqualTo(Errors.INVALID_REQUEST);
    assertNothingChanged();
  }

  private static IncrementalAlterConfigsRequestData.AlterConfigsResource oneByOne(
      @Nullable String retention) {
    IncrementalAlterConfigsRequestData.AlterConfigsResource resource =
        new IncrementalAlterConfigsRequestData.AlterConfigsResource()
            .setResourceType(TOPIC)
            .setResourceName("t");
    resource
        .configs()
        .add(
            new IncrementalAlterConfigsRequestData.AlterableConfig()
                .setName("retention.ms")
                .setValue(retention));
    return resource;
  }

  private Errors alterOneByOne(IncrementalAlterConfigsRequestData.AlterConfigsResource... resources)
      throws Exception {
    IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
    for (var resource : resources) {
      request.resources().add(resource);
    }
    try (RawClient client = new RawClient(server.port())) {
      IncrementalAlterConfigsResponse answer =
          (IncrementalAlterConfigsResponse)
              client.ask(ApiKeys.INCREMENTAL_ALTER_CONFIGS, (short) 1, request);
      assertThat(answer.data().responses()).hasSize(1);
      return Errors.forCode(answer.data().responses().get(0).errorCode());
    }
  }

  private void assertNothingChanged() {
    assertThat(settings()).isEqualTo(Map.of("retention.ms", "1000", "segment.ms", "2000"));
  }

  private Map<String, String> settings() {
    return Objects.requireNonNull(server.broker().catalog().find("t")).config();
  }

  private static AlterableConfig setting(String name, @Nullable String value) {
    return new AlterableConfig().setName(name).setValue(value);
  }

  private static AlterConfigsResource topic(AlterableConfig... settings) {
    AlterConfigsResource resource =
        new AlterConfigsResource().setResourceType(TOPIC).setResourceName("t");
    for (AlterableConfig setting : settings) {
      resource.configs().add(setting);
    }
    return resource;
  }

  private Errors alter(boolean validateOnly, AlterConfigsResource... resources) throws Exception {
    return alter((short) 2, validateOnly, resources);
  }

  /** The error of the answer, which must be about one resource. */
  private Errors alter(short version, boolean validateOnly, AlterConfigsResource... resources)
      throws Exception {
    AlterConfigsRequestData request = new AlterConfigsRequestData().setValidateOnly(validateOnly);
    for (AlterConfigsResource resource : resources) {
      request.resources().add(resource);
    }
    try (RawClient client = new RawClient(server.port())) {
      AlterConfigsResponse answer =
          (AlterConfigsResponse) client.ask(ApiKeys.ALTER_CONFIGS, version, request);
      assertThat(answer.data().responses()).hasSize(1);
      return Errors.forCode(answer.data().responses().get(0).errorCode());
    }
  }
}
