package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.door.kafka.wire.Api;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every API in every version that is announced gets an answer that can be read: once with things
 * that exist, once with things that do not.
 */
@Timeout(120)
final class AllVersionsTest {
  private static final String TOPIC = "here";
  private static final String GROUP = "group";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  private Uuid topicId = Uuid.ZERO_UUID;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (var admin = server.admin()) {
      var created =
          admin.createTopics(
              List.of(new org.apache.kafka.clients.admin.NewTopic(TOPIC, 1, (short) 1)));
      topicId = created.topicId(TOPIC).get();
    }
    try (var producer = server.producer()) {
      producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>(TOPIC, "value")).get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void answersEveryVersionAboutThingsThatExist() throws Exception {
    answersEveryVersion(TOPIC, topicId, GROUP);
  }

  @Test
  void answersEveryVersionAboutThingsThatDoNotExist() throws Exception {
    answersEveryVersion("absent", Uuid.randomUuid(), "nobody");
  }

  private void answersEveryVersion(String topic, Uuid id, String group) throws Exception {
    Map<ApiKeys, Function<Short, ApiMessage>> requests = KafkaRequests.about(topic, id, group);
    for (Api<?> api : server.door().apis().all()) {
      Function<Short, ApiMessage> request = requests.get(api.key());
      assertThat(request).as("a request for %s", api.key()).isNotNull();
      for (short version = api.minVersion(); version <= api.maxVersion(); version++) {
        AbstractResponse answer = ask(api.key(), version, request.apply(version));
        assertThat(answer.apiKey()).isEqualTo(api.key());
      }
    }
    assertThat(server.registry().get("millrace.connections.refused").counter().count()).isZero();
  }

  private AbstractResponse ask(ApiKeys key, short version, ApiMessage request) throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      return client.ask(key, version, request);
    } catch (java.io.EOFException e) {
      throw new AssertionError(key + " version " + version + " was not answered", e);
    }
  }
}
