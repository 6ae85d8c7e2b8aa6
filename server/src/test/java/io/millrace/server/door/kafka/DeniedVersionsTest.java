package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.server.door.kafka.wire.Api;
import io.millrace.server.net.NetConfig;
import io.millrace.server.security.acl.AccessControl;
import java.io.EOFException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every API in every version, asked by somebody who may do nothing, or everything by a rule. */
@Timeout(120)
final class DeniedVersionsTest {
  private static final String TOPIC = "here";

  /** Lists leave out what may not be seen; the others are for everybody. */
  private static final Set<ApiKeys> WITHOUT_ERRORS =
      EnumSet.of(
          ApiKeys.API_VERSIONS,
          ApiKeys.DESCRIBE_CLUSTER,
          ApiKeys.LIST_GROUPS,
          ApiKeys.LIST_TRANSACTIONS);

  /** Before, an empty answer is all that can be said. */
  private static final int LOG_DIRS_ERROR_SINCE = 3;

  private static final Set<Errors> DENIALS =
      EnumSet.of(
          Errors.CLUSTER_AUTHORIZATION_FAILED,
          Errors.GROUP_AUTHORIZATION_FAILED,
          Errors.TOPIC_AUTHORIZATION_FAILED,
          Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);

  @TempDir Path directory;

  private RunningDoor start(boolean allowIfNoRule) throws Exception {
    RunningDoor server =
        new RunningDoor(
            directory,
            NetConfig.DEFAULT,
            broker ->
                new DoorAccess(
                    DoorAccess.OPEN.logins(),
                    new AccessControl(
                        broker.security().acls(),
                        Set.of(),
                        allowIfNoRule,
                        new SimpleMeterRegistry())));
    return server;
  }

  private static Uuid createTopic(RunningDoor server) throws Exception {
    try (var admin = server.admin()) {
      var created = admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1)));
      return created.topicId(TOPIC).get(30, TimeUnit.SECONDS);
    }
  }

  private static AbstractResponse ask(
      RunningDoor server, ApiKeys key, short version, ApiMessage request) throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      return client.ask(key, version, request);
    } catch (EOFException e) {
      throw new AssertionError(key + " version " + version + " was not answered", e);
    }
  }

  @Test
  void refusesEverythingInTheWordsOfEachVersion() throws Exception {
    Uuid id;
    try (RunningDoor before = start(true)) {
      id = createTopic(before);
    }
    try (RunningDoor server = start(false)) {
      Map<ApiKeys, Function<Short, ApiMessage>> requests = KafkaRequests.about(TOPIC, id, "group");
      SoftAssertions all = new SoftAssertions();
      for (Api<?> api : server.door().apis().all()) {
        for (short version = api.minVersion(); version <= api.maxVersion(); version++) {
          ApiMessage request = Objects.requireNonNull(requests.get(api.key())).apply(version);
          Map<Errors, Integer> errors = ask(server, api.key(), version, request).errorCounts();
          if (api.key() == ApiKeys.SASL_HANDSHAKE || api.key() == ApiKeys.SASL_AUTHENTICATE) {
            assertThat(errors).containsKey(Errors.ILLEGAL_SASL_STATE);
          } else if (WITHOUT_ERRORS.contains(api.key())
              || (api.key() == ApiKeys.DESCRIBE_LOG_DIRS && version < LOG_DIRS_ERROR_SINCE)) {
            assertThat(errors.keySet()).as("%s %d", api.key(), version).isSubsetOf(Errors.NONE);
          } else if (errors.containsKey(Errors.UNKNOWN_TOPIC_ID)) {
            // An id that stands for no topic tells nothing.
            assertThat(api.key()).isEqualTo(ApiKeys.DELETE_TOPICS);
          } else {
            all.assertThat(errors.keySet())
                .as("%s version %d: %s", api.key(), version, errors)
                .containsAnyElementsOf(DENIALS);
          }
        }
      }
      all.assertAll();
      assertThat(server.broker().catalog().topics()).hasSize(1);
      assertThat(server.broker().security().acls().all()).isEmpty();
      assertThat(server.broker().security().users().all()).isEmpty();
    }
  }

  @Test
  void answersWhatIsAllowedInEveryVersion() throws Exception {
    try (RunningDoor server = start(true)) {
      Uuid id = createTopic(server);
      Map<ApiKeys, Function<Short, ApiMessage>> requests = KafkaRequests.about(TOPIC, id, "group");
      for (Api<?> api : server.door().apis().all()) {
        for (short version = api.minVersion(); version <= api.maxVersion(); version++) {
          ApiMessage request = Objects.requireNonNull(requests.get(api.key())).apply(version);
          assertThat(ask(server, api.key(), version, request).errorCounts())
              .as("%s %d", api.key(), version)
              .doesNotContainKey(Errors.UNKNOWN_SERVER_ERROR);
        }
      }
    }
  }
}
