package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.testing.Bystander;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData.AcknowledgePartition;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData.AcknowledgePartitionCollection;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData.AcknowledgeTopic;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData.AcknowledgementBatch;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareFetchRequestData.FetchPartition;
import org.apache.kafka.common.message.ShareFetchRequestData.FetchPartitionCollection;
import org.apache.kafka.common.message.ShareFetchRequestData.FetchTopic;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData.AcquiredRecords;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ShareAcknowledgeRequest;
import org.apache.kafka.common.requests.ShareAcknowledgeResponse;
import org.apache.kafka.common.requests.ShareFetchResponse;
import org.apache.kafka.common.requests.ShareGroupHeartbeatResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What members of share groups may say that is out of order, wrong or too much: each is told so in
 * the protocol's own words, the server lives on, and nothing is lost of what somebody held.
 */
@Timeout(120)
final class ShareSessionsTest {
  private static final short VERSION = 2;
  private static final int RECORDS = 6;
  private static final byte ACCEPT = 1;
  private static final byte RELEASE = 2;
  private static final byte RENEW = 4;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @SuppressWarnings("NullAway.Init")
  private RawClient client;

  @SuppressWarnings("NullAway.Init")
  private Bystander bystander;

  private Uuid topic = Uuid.ZERO_UUID;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    bystander = KafkaBystander.at(server.port());
    try (Admin admin = server.admin()) {
      topic = admin.createTopics(List.of(new NewTopic("t", 2, (short) 1))).topicId("t").get();
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.GROUP, "g"),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("share.auto.offset.reset", "earliest"),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
    client = new RawClient(server.port());
    heartbeat("one", 0);
    heartbeat("two", 0);
    for (int i = 0; i < RECORDS; i++) {
      var unused =
          client.ask(
              ApiKeys.PRODUCE,
              (short) 12,
              KafkaRequests.produce(
                  "t", KafkaRequests.records(("v" + i).getBytes(StandardCharsets.UTF_8))));
    }
  }

  @AfterEach
  void stop() throws Exception {
    bystander.close();
    client.close();
    server.close();
  }

  // ---- requests

  private void heartbeat(String member, int epoch) throws Exception {
    ShareGroupHeartbeatRequestData request =
        new ShareGroupHeartbeatRequestData()
            .setGroupId("g")
            .setMemberId(member)
            .setMemberEpoch(epoch);
    if (epoch == 0) {
      request.setSubscribedTopicNames(List.of("t"));
    }
    ShareGroupHeartbeatResponse answer =
        (ShareGroupHeartbeatResponse) client.ask(ApiKeys.SHARE_GROUP_HEARTBEAT, (short) 1, request);
    assertThat(answer.data().errorCode()).isZero();
  }

  private static FetchTopic fetched(Uuid id, int... partitions) {
    // With room for all: the library is slow when it has to make more.
    FetchPartitionCollection all = new FetchPartitionCollection(partitions.length);
    for (int partition : partitions) {
      all.mustAdd(new FetchPartition().setPartitionIndex(partition));
    }
    return new FetchTopic().setTopicId(id).setPartitions(all);
  }

  private static ShareFetchRequestData fetch(String member, int epoch, FetchTopic... topics) {
    ShareFetchRequestData request =
        new ShareFetchRequestData()
            .setGroupId("g")
            .setMemberId(member)
            .setShareSessionEpoch(epoch)
            .setMaxWaitMs(0)
            .setMinBytes(1)
            .setMaxBytes(1 << 20)
            .setMaxRecords(100)
            .setBatchSize(100);
    for (FetchTopic each : topics) {
      request.topics().mustAdd(each);
    }
    return request;
  }

  private static ShareFetchResponseData ask(RawClient client, ShareFetchRequestData request)
      throws Exception {
    return ((ShareFetchResponse) client.ask(ApiKeys.SHARE_FETCH, VERSION, request)).data();
  }

  private static List<AcquiredRecords> acquired(ShareFetchResponseData answer) {
    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
    List<AcquiredRecords> all = new ArrayList<>();
    answer
        .responses()
        .forEach(each -> each.partitions().forEach(p -> all.addAll(p.acquiredRecords())));
    return all;
  }

  private static long count(List<AcquiredRecords> acquired) {
    return acquired.stream().mapToLong(each -> each.lastOffset() - each.firstOffset() + 1).sum();
  }

  /** How many records a fetch gives that waits for the first of them. */
  private static long taken(RawClient client, ShareFetchRequestData request) throws Exception {
    return count(acquired(ask(client, request.setMaxWaitMs(10_000))));
  }

  /** Begins a session in which a member has all records of partition 0. */
  private void takeAll(RawClient on, String member) throws Exception {
    assertThat(taken(on, fetch(member, 0, fetched(topic, 0)))).isEqualTo(RECORDS);
  }

  private static AcknowledgementBatch batch(long first, long last, int... types) {
    return new AcknowledgementBatch()
        .setFirstOffset(first)
        .setLastOffset(last)
        .setAcknowledgeTypes(Arrays.stream(types).mapToObj(type -> (byte) type).toList());
  }

  private static AcknowledgePartition said(int partition, AcknowledgementBatch... batches) {
    return new AcknowledgePartition()
        .setPartitionIndex(partition)
        .setAcknowledgementBatches(List.of(batches));
  }

  private static AcknowledgeTopic of(Uuid id, AcknowledgePartition... partitions) {
    return new AcknowledgeTopic()
        .setTopicId(id)
        .setPartitions(new AcknowledgePartitionCollection(List.of(partitions).iterator()));
  }

  private static ShareAcknowledgeRequestData acknowledgement(
      String member, int epoch, AcknowledgeTopic... topics) {
    ShareAcknowledgeRequestData request =
        new ShareAcknowledgeRequestData()
            .setGroupId("g")
            .setMemberId(member)
            .setShareSessionEpoch(epoch);
    for (AcknowledgeTopic each : topics) {
      request.topics().mustAdd(each);
    }
    return request;
  }

  private static ShareAcknowledgeResponseData ask(
      RawClient client, ShareAcknowledgeRequestData request) throws Exception {
    return ((ShareAcknowledgeResponse) client.ask(ApiKeys.SHARE_ACKNOWLEDGE, VERSION, request))
        .data();
  }

  private static Errors only(ShareAcknowledgeResponseData answer) {
    assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
    return errors(answer).get(0);
  }

  private static List<Errors> errors(ShareAcknowledgeResponseData answer) {
    return answer.responses().stream()
        .flatMap(each -> each.partitions().stream())
        .map(each -> Errors.forCode(each.errorCode()))
        .toList();
  }

  private Errors acknowledge(String member, int epoch, AcknowledgementBatch... batches)
      throws Exception {
    return only(ask(client, acknowledgement(member, epoch, of(topic, said(0, batches)))));
  }

  // ---- sessions

  @Test
  void anEpochOutOfItsOrderIsRefusedAndChangesNothing() throws Exception {
    assertThat(Errors.forCode(ask(client, fetch("one", 1)).errorCode()))
        .isEqualTo(Errors.SHARE_SESSION_NOT_FOUND);
    assertThat(Errors.forCode(ask(client, fetch("one", -1)).errorCode()))
        .isEqualTo(Errors.SHARE_SESSION_NOT_FOUND);
    assertThat(Errors.forCode(ask(client, acknowledgement("one", 1)).errorCode()))
        .isEqualTo(Errors.SHARE_SESSION_NOT_FOUND);
    assertThat(Errors.forCode(ask(client, acknowledgement("one", 0)).errorCode()))
        .isEqualTo(Errors.INVALID_SHARE_SESSION_EPOCH);
    takeAll(client, "one");
    for (int wrong : new int[] {2, 3, Integer.MAX_VALUE, Integer.MIN_VALUE, -2}) {
      assertThat(Errors.forCode(ask(client, fetch("one", wrong)).errorCode()))
          .isEqualTo(Errors.INVALID_SHARE_SESSION_EPOCH);
      assertThat(
              Errors.forCode(
                  ask(
                          client,
                          acknowledgement("one", wrong, of(topic, said(0, batch(0, 5, ACCEPT)))))
                      .errorCode()))
          .isEqualTo(Errors.INVALID_SHARE_SESSION_EPOCH);
    }
    assertThat(acknowledge("one", 1, batch(0, 5, ACCEPT))).isEqualTo(Errors.NONE);
  }

  @Test
  void whatASessionHeldComesBackWithItsLastRequestAndWithANewOne() throws Exception {
    takeAll(client, "one");
    takeAll(client, "one");
    assertThat(acknowledge("one", -1, batch(0, 0, ACCEPT))).isEqualTo(Errors.NONE);
    assertThat(Errors.forCode(ask(client, fetch("one", 1)).errorCode()))
        .isEqualTo(Errors.SHARE_SESSION_NOT_FOUND);

    assertThat(taken(client, fetch("two", 0, fetched(topic, 0)))).isEqualTo(RECORDS - 1);
  }

  @Test
  void whatAMemberHeldThatHasLeftComesBackWithItsSession() throws Exception {
    takeAll(client, "one");
    heartbeat("one", -1);
    assertThat(acknowledge("one", 1, batch(0, 0, ACCEPT))).isEqualTo(Errors.NONE);
    assertThat(acquired(ask(client, fetch("one", -1)))).isEmpty();

    assertThat(taken(client, fetch("two", 0, fetched(topic, 0)))).isEqualTo(RECORDS - 1);
  }

  @Test
  void aConnectionHasSixteenSessionsAndTheyLiveOn() throws Exception {
    takeAll(client, "one");
    for (int i = 1; i < 16; i++) {
      assertThat(ask(client, fetch("m" + i, 0, fetched(topic, 1))).errorCode()).isZero();
    }
    assertThat(Errors.forCode(ask(client, fetch("more", 0, fetched(topic, 1))).errorCode()))
        .isEqualTo(Errors.SHARE_SESSION_LIMIT_REACHED);
    assertThat(acknowledge("one", 1, batch(0, 5, ACCEPT))).isEqualTo(Errors.NONE);
    assertThat(ask(client, fetch("m1", -1)).errorCode()).isZero();
    assertThat(ask(client, fetch("more", 0, fetched(topic, 1))).errorCode()).isZero();
  }

  @Test
  void aSessionThatGrowsBeyondTheLimitEndsAndGivesBackWhatItHeld() throws Exception {
    takeAll(client, "one");
    int epoch = 1;
    Errors error = Errors.NONE;
    while (error == Errors.NONE && epoch < 60) {
      int[] more = IntStream.range(epoch * 4000, (epoch + 1) * 4000).toArray();
      ShareFetchRequestData request = fetch("one", epoch++, fetched(topic, more)).setMaxRecords(0);
      error = Errors.forCode(ask(client, request).errorCode());
    }
    assertThat(error).isEqualTo(Errors.SHARE_SESSION_LIMIT_REACHED);
    assertThat(epoch).isEqualTo(51);
    assertThat(Errors.forCode(ask(client, fetch("one", epoch)).errorCode()))
        .isEqualTo(Errors.SHARE_SESSION_NOT_FOUND);
    takeAll(client, "two");
  }

  @Test
  void aConnectionThatBreaksInTheMiddleOfARequestGivesBackWhatItsMembersHeld() throws Exception {
    try (RawClient broken = new RawClient(server.port())) {
      takeAll(broken, "one");
      byte[] frame =
          RawClient.frame(
              new ShareAcknowledgeRequest(
                  acknowledgement("one", 1, of(topic, said(0, batch(0, 5, ACCEPT)))), VERSION),
              1);
      byte[] half = RawClient.bytes(out -> out.writeInt(frame.length));
      broken.sendRaw(half);
      broken.sendRaw(Arrays.copyOf(frame, frame.length / 2));
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> taken(client, fetch("two", 0, fetched(topic, 0))) == RECORDS);
  }

  @Test
  void aLongPollEndsWithItsConnection() throws Exception {
    takeAll(client, "one");
    try (RawClient waiting = new RawClient(server.port())) {
      waiting.send(
          KafkaRequests.frame(
              ApiKeys.SHARE_FETCH,
              VERSION,
              1,
              fetch("two", 0, fetched(topic, 0)).setMaxWaitMs(60_000)));
    }
    assertThat(acknowledge("one", 1, batch(0, 5, RELEASE))).isEqualTo(Errors.NONE);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> taken(client, fetch("two", 0, fetched(topic, 0))) == RECORDS);
  }

  // ---- acknowledgements

  static Stream<List<AcknowledgementBatch>> malformed() {
    return Stream.of(
        List.of(batch(1, 0, ACCEPT)),
        List.of(batch(-2, -1, ACCEPT)),
        List.of(batch(-1, 3, ACCEPT)),
        List.of(batch(0, Long.MIN_VALUE, ACCEPT)),
        List.of(batch(0, 1)),
        List.of(batch(0, 2, ACCEPT, ACCEPT)),
        List.of(batch(0, 0, ACCEPT, ACCEPT)),
        List.of(batch(0, Long.MAX_VALUE, ACCEPT, ACCEPT)),
        List.of(batch(0, 0, 5)),
        List.of(batch(0, 0, -1)),
        List.of(batch(0, 1, ACCEPT, 99)),
        List.of(batch(0, 0, RENEW)),
        List.of(batch(0, 3, ACCEPT), batch(3, 4, ACCEPT)),
        List.of(batch(0, 3, ACCEPT), batch(1, 2, ACCEPT)),
        List.of(batch(2, 3, ACCEPT), batch(0, 1, ACCEPT)),
        List.of(batch(0, 0, ACCEPT), batch(0, 0, ACCEPT)));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsMalformedIsRefusedAndTheRecordsStayWithTheMember(List<AcknowledgementBatch> wrong)
      throws Exception {
    takeAll(client, "one");
    AcknowledgementBatch[] batches = wrong.toArray(AcknowledgementBatch[]::new);
    assertThat(acknowledge("one", 1, batches)).isEqualTo(Errors.INVALID_REQUEST);

    FetchTopic inFetch = fetched(topic, 0);
    inFetch
        .partitions()
        .find(0)
        .setAcknowledgementBatches(
            wrong.stream()
                .map(
                    each ->
                        new ShareFetchRequestData.AcknowledgementBatch()
                            .setFirstOffset(each.firstOffset())
                            .setLastOffset(each.lastOffset())
                            .setAcknowledgeTypes(each.acknowledgeTypes()))
                .toList());
    assertThat(
            Errors.forCode(
                ask(client, fetch("one", 2, inFetch))
                    .responses()
                    .iterator()
                    .next()
                    .partitions()
                    .get(0)
                    .acknowledgeErrorCode()))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(acknowledge("one", 3, batch(0, 5, ACCEPT))).isEqualTo(Errors.NONE);
  }

  static Stream<List<AcknowledgementBatch>> notHeld() {
    return Stream.of(
        List.of(batch(6, 6, ACCEPT)),
        List.of(batch(5, 6, ACCEPT)),
        List.of(batch(0, 4, ACCEPT), batch(7, 9, RELEASE)),
        List.of(batch(1000, 2000, ACCEPT)),
        List.of(batch(0, Long.MAX_VALUE, ACCEPT)),
        List.of(batch(Long.MAX_VALUE, Long.MAX_VALUE, ACCEPT)));
  }

  @ParameterizedTest
  @MethodSource("notHeld")
  void whatIsNotHeldIsRefusedAsAWhole(List<AcknowledgementBatch> wrong) throws Exception {
    takeAll(client, "one");
    assertThat(acknowledge("one", 1, wrong.toArray(AcknowledgementBatch[]::new)))
        .isEqualTo(Errors.INVALID_RECORD_STATE);
    assertThat(acknowledge("one", 2, batch(0, 5, ACCEPT))).isEqualTo(Errors.NONE);
    assertThat(acknowledge("one", 3, batch(0, 5, ACCEPT)))
        .as("twice")
        .isEqualTo(Errors.INVALID_RECORD_STATE);
  }

  @Test
  void whatAnotherMemberHoldsStaysWithIt() throws Exception {
    takeAll(client, "one");
    assertThat(acquired(ask(client, fetch("two", 0, fetched(topic, 0))))).isEmpty();
    assertThat(acknowledge("two", 1, batch(0, 5, ACCEPT))).isEqualTo(Errors.INVALID_RECORD_STATE);
    assertThat(acknowledge("two", 2, batch(0, 5, RELEASE))).isEqualTo(Errors.INVALID_RECORD_STATE);
    try (RawClient sameName = new RawClient(server.port())) {
      assertThat(acquired(ask(sameName, fetch("one", 0, fetched(topic, 0))))).isEmpty();
      assertThat(
              only(
                  ask(
                      sameName,
                      acknowledgement("one", 1, of(topic, said(0, batch(0, 5, ACCEPT)))))))
          .as("by one who calls itself like it")
          .isEqualTo(Errors.INVALID_RECORD_STATE);
    }
    assertThat(acknowledge("one", 1, batch(0, 5, ACCEPT))).isEqualTo(Errors.NONE);
  }

  @Test
  void anUnknownPartitionOrTopicDoesNotHinderTheOthers() throws Exception {
    takeAll(client, "one");
    ShareAcknowledgeResponseData answer =
        ask(
            client,
            acknowledgement(
                "one",
                1,
                of(Uuid.randomUuid(), said(0, batch(0, 0, ACCEPT))),
                of(Uuid.ZERO_UUID, said(0, batch(0, 0, ACCEPT))),
                of(
                    topic,
                    said(-1, batch(0, 0, ACCEPT)),
                    said(99, batch(0, 0, ACCEPT)),
                    said(1, batch(0, 0, ACCEPT)),
                    said(0, batch(0, 5, ACCEPT)))));
    assertThat(errors(answer))
        .containsExactlyInAnyOrder(
            Errors.UNKNOWN_TOPIC_ID,
            Errors.INVALID_REQUEST,
            Errors.UNKNOWN_TOPIC_OR_PARTITION,
            Errors.UNKNOWN_TOPIC_OR_PARTITION,
            Errors.INVALID_RECORD_STATE,
            Errors.NONE);
    ShareFetchResponseData fetched =
        ask(client, fetch("two", 0, fetched(Uuid.randomUuid(), 0), fetched(topic, -1, 99, 0)));
    assertThat(
            fetched.responses().stream()
                .flatMap(each -> each.partitions().stream())
                .map(each -> Errors.forCode(each.errorCode())))
        .containsExactlyInAnyOrder(
            Errors.UNKNOWN_TOPIC_ID,
            Errors.UNKNOWN_TOPIC_OR_PARTITION,
            Errors.UNKNOWN_TOPIC_OR_PARTITION);
  }

  @Test
  void whoNamesAPartitionTwiceIsHeardTwice() throws Exception {
    takeAll(client, "one");
    assertThat(
            only(
                ask(
                    client,
                    acknowledgement(
                        "one",
                        1,
                        of(topic, said(0, batch(0, 1, ACCEPT))),
                        of(topic, said(0, batch(1, 2, ACCEPT)))))))
        .as("overlapping")
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(
            only(
                ask(
                    client,
                    acknowledgement(
                        "one",
                        2,
                        of(topic, said(0, batch(0, 1, ACCEPT)), said(0, batch(2, 2, ACCEPT))),
                        of(topic, said(0, batch(3, 4, ACCEPT)))))))
        .isEqualTo(Errors.NONE);
    assertThat(acquired(ask(client, fetch("one", -1)))).isEmpty();
    assertThat(
            acquired(
                ask(
                    client,
                    fetch("two", 0, fetched(topic, 0), fetched(topic, 0)).setMaxWaitMs(10_000))))
        .singleElement()
        .extracting(AcquiredRecords::firstOffset, AcquiredRecords::lastOffset)
        .containsExactly(5L, 5L);
  }

  // ---- limits of a fetch

  @Test
  void whoWantsNoRecordsGetsNone() throws Exception {
    assertThat(acquired(ask(client, fetch("one", 0, fetched(topic, 0)).setMaxRecords(0))))
        .isEmpty();
    assertThat(acquired(ask(client, fetch("one", 1).setMaxRecords(Integer.MIN_VALUE)))).isEmpty();
    assertThat(acquired(ask(client, fetch("one", 2).setMaxBytes(0)))).isEmpty();
    assertThat(acquired(ask(client, fetch("one", 3).setMaxBytes(-1)))).isEmpty();
    assertThat(
            acquired(ask(client, fetch("one", 4).setMaxWaitMs(Integer.MIN_VALUE).setMinBytes(-1))))
        .hasSizeLessThanOrEqualTo(1);
    assertThat(ask(client, fetch("one", -1)).errorCode()).isZero();
    assertThat(taken(client, fetch("one", 0, fetched(topic, 0)).setBatchSize(-1)))
        .isEqualTo(RECORDS);
  }

  @Test
  void wrongNamesAndModesAreRefused() throws Exception {
    assertThat(Errors.forCode(ask(client, fetch("", 0)).errorCode()))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(Errors.forCode(ask(client, fetch("one", 0).setGroupId(null)).errorCode()))
        .isEqualTo(Errors.INVALID_REQUEST);
    assertThat(Errors.forCode(ask(client, fetch("one", 0).setMemberId(null)).errorCode()))
        .isEqualTo(Errors.INVALID_REQUEST);
    for (byte mode : new byte[] {-1, 2, Byte.MAX_VALUE}) {
      assertThat(Errors.forCode(ask(client, fetch("one", 0).setShareAcquireMode(mode)).errorCode()))
          .isEqualTo(Errors.INVALID_REQUEST);
    }
    assertThat(
            TimeUnit.MILLISECONDS.toSeconds(
                ask(client, fetch("one", 0)).acquisitionLockTimeoutMs()))
        .isEqualTo(30);
  }
}
