package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.door.kafka.wire.Api;
import io.millrace.server.net.NetConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.NodeApiVersions;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of APIs, what ApiVersions says and what the documentation says are the same. */
@Timeout(60)
final class ApiRegistryTest {
  private static final Path PAGE = Path.of("..", "docs", "kafka.md");
  private static final Pattern ROW =
      Pattern.compile("\\| (\\d+) \\| (\\w+) \\| (\\d+) to (\\d+) \\|.*");

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void announcesExactlyWhatIsServed() throws Exception {
    ApiVersionsResponseData answer = askForVersions((short) 4);

    assertThat(answer.errorCode()).isEqualTo(Errors.NONE.code());
    List<String> announced = new ArrayList<>();
    answer
        .apiKeys()
        .forEach(
            api -> announced.add(api.apiKey() + ": " + api.minVersion() + "-" + api.maxVersion()));
    List<String> served = new ArrayList<>();
    for (Api<?> api : server.door().apis().all()) {
      // Produce is announced from 0 for librdkafka's sake (KAFKA-18659).
      int min = api.key() == ApiKeys.PRODUCE ? 0 : api.minVersion();
      served.add(api.key().id + ": " + min + "-" + api.maxVersion());
    }
    assertThat(announced).containsExactlyElementsOf(served);
  }

  @Test
  void servesAllVersionsThatTheClientLibraryOffers() {
    for (Api<?> api : server.door().apis().all()) {
      assertThat(api.minVersion()).as("%s", api.key()).isEqualTo(api.key().oldestVersion());
      assertThat(api.maxVersion()).as("%s", api.key()).isEqualTo(latestForClients(api.key()));
    }
  }

  /** Later versions of AddPartitionsToTxn are for brokers among themselves. */
  private static short latestForClients(ApiKeys key) {
    return key == ApiKeys.ADD_PARTITIONS_TO_TXN ? 3 : key.latestVersion(false);
  }

  @ParameterizedTest
  @ValueSource(shorts = {3, 4, 5})
  void saysThatGroupsAreOfVersion1AndTransactionsOfVersion2(short version) throws Exception {
    ApiVersionsResponseData answer = askForVersions(version);

    assertThat(answer.finalizedFeaturesEpoch()).isZero();
    assertThat(answer.finalizedFeatures())
        .extracting(
            each -> each.name() + " " + each.minVersionLevel() + "-" + each.maxVersionLevel())
        .containsExactly("group.version 1-1", "share.version 1-1", "transaction.version 2-2");
    int least = version < 4 ? 1 : 0;
    assertThat(answer.supportedFeatures())
        .extracting(each -> each.name() + " " + each.minVersion() + "-" + each.maxVersion())
        .containsExactly(
            "group.version " + least + "-1",
            "share.version " + least + "-1",
            "transaction.version " + least + "-2");
  }

  @Test
  void isUnderstoodByTheClientLibrary() throws Exception {
    ApiVersionsResponseData answer = askForVersions((short) 4);

    NodeApiVersions versions = new NodeApiVersions(answer.apiKeys(), List.of(), List.of(), 0);
    assertThat(versions.latestUsableVersion(ApiKeys.PRODUCE))
        .isEqualTo(ApiKeys.PRODUCE.latestVersion(false));
  }

  @Test
  void answersAnUnknownVersionOfApiVersionsInVersion0() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      // Header version 2 with a version of the request that does not exist yet.
      client.send(
          RawClient.bytes(
              out -> {
                out.writeShort(ApiKeys.API_VERSIONS.id);
                out.writeShort(99);
                out.writeInt(77);
                out.writeShort(-1);
                out.writeByte(0);
              }));

      ApiVersionsResponseData answer =
          ApiVersionsResponse.parse(client.receive(77, (short) 0), (short) 0).data();

      assertThat(answer.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
      assertThat(answer.apiKeys())
          .singleElement()
          .satisfies(api -> assertThat(api.apiKey()).isEqualTo(ApiKeys.API_VERSIONS.id));
    }
  }

  @Test
  void isDescribedByThePage() throws Exception {
    TreeMap<Integer, String> described = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        described.put(
            Integer.parseInt(row.group(1)),
            row.group(2) + " " + row.group(3) + " to " + row.group(4));
      }
    }
    TreeMap<Integer, String> served = new TreeMap<>();
    for (Api<?> api : server.door().apis().all()) {
      served.put(
          (int) api.key().id, api.key().name + " " + api.minVersion() + " to " + api.maxVersion());
    }
    assertThat(described).isEqualTo(served);
  }

  @Test
  void hasTheLimitsThatThePageSays() throws Exception {
    NetConfig net = NetConfig.DEFAULT;
    KafkaDoorConfig door = KafkaDoorConfig.of("any");
    String page = Files.readString(PAGE);

    assertThat(page)
        .contains(
            mib(net.maxFrameBytes()) + " (" + mib(net.maxFirstFrameBytes()) + " for the first",
            net.maxRequestsInFlight() + ", or " + mib(net.maxBytesInFlight()),
            mib(net.writeHighWaterBytes()) + " besides records in files",
            mib(door.maxFetchBytes()) + ", or one batch",
            "| " + net.idleMs() / 60_000 + " minutes |");
  }

  private static String mib(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  private ApiVersionsResponseData askForVersions(short version) throws Exception {
    ApiVersionsRequestData request =
        new ApiVersionsRequestData().setClientSoftwareName("test").setClientSoftwareVersion("1.0");
    try (RawClient client = new RawClient(server.port())) {
      client.send(new ApiVersionsRequest(request, version), 5);
      return ApiVersionsResponse.parse(client.receive(5, (short) 0), version).data();
    }
  }
}
