package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.server.testing.Warnings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeGroupsRequest;
import org.apache.kafka.common.requests.DescribeGroupsResponse;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A group whose members all disappear without a word. */
@Timeout(120)
final class VanishingGroupTest {
  private static final int MEMBERS = 500;
  private static final short JOIN_VERSION = 7;
  private static final short DESCRIBE_VERSION = 5;
  private static final int SESSION_MS = 6_000;
  private static final Pattern EXPIRED =
      Pattern.compile("group big: the sessions of (\\d+) members have expired, among them ");

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
  void isEmptyWhenItsMembersSessionsAreOverAndTakesNewOnes() throws Exception {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < MEMBERS; i++) {
        clients.add(new RawClient(server.port()));
      }
      // The first round gives each its member id; the second one joins with it.
      List<String> ids = new ArrayList<>();
      for (RawClient client : clients) {
        client.send(join("", 1_000), 1);
      }
      for (RawClient client : clients) {
        JoinGroupResponseData answer = joined(client, 1);
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.MEMBER_ID_REQUIRED);
        ids.add(answer.memberId());
      }
      for (int i = 0; i < MEMBERS; i++) {
        clients.get(i).send(join(ids.get(i), 30_000), 2);
      }
      Set<Integer> generations = new HashSet<>();
      for (RawClient client : clients) {
        JoinGroupResponseData answer = joined(client, 2);
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        generations.add(answer.generationId());
      }
      assertThat(generations).hasSize(1);
      assertThat(membersOf("big")).isEqualTo(MEMBERS);
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }

    try (KafkaProducer<String, String> bystander = server.producer();
        Warnings log = Warnings.andNews("io.millrace.server.group")) {
      await()
          .atMost(Duration.ofMillis(6L * SESSION_MS))
          .until(
              () -> {
                bystander.send(new ProducerRecord<>("another", "v")).get();
                return membersOf("big") == 0;
              });
      assertThat(expired()).isEqualTo(MEMBERS);
      await()
          .untilAsserted(
              () ->
                  assertThat(log.lines().stream().mapToInt(VanishingGroupTest::membersIn).sum())
                      .isEqualTo(MEMBERS));
      assertThat(log.lines()).as("lines for %d members", MEMBERS).hasSizeLessThan(20);
    }
    await().until(() -> server.registry().get("millrace.connections").gauge().value() == 0);
    try (RawClient next = new RawClient(server.port())) {
      next.send(join("", 1_000), 1);
      String id = joined(next, 1).memberId();
      next.send(join(id, 1_000), 2);
      assertThat(joined(next, 2).leader()).isEqualTo(id);
    }
  }

  private double expired() {
    return server.registry().get("millrace.group.members.expired").functionCounter().count();
  }

  /** How many members a line of the log says to have expired. */
  private static int membersIn(String line) {
    Matcher said = EXPIRED.matcher(line);
    return said.find() ? Integer.parseInt(said.group(1)) : 0;
  }

  private static JoinGroupRequest join(String memberId, int rebalanceMs) {
    JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
    protocols.add(new JoinGroupRequestProtocol().setName("range").setMetadata(new byte[8]));
    JoinGroupRequestData data =
        new JoinGroupRequestData()
            .setGroupId("big")
            .setMemberId(memberId)
            .setSessionTimeoutMs(SESSION_MS)
            .setRebalanceTimeoutMs(rebalanceMs)
            .setProtocolType("consumer")
            .setProtocols(protocols);
    return new JoinGroupRequest.Builder(data).build(JOIN_VERSION);
  }

  private static JoinGroupResponseData joined(RawClient client, int correlation) throws Exception {
    return JoinGroupResponse.parse(client.receive(correlation, (short) 1), JOIN_VERSION).data();
  }

  private int membersOf(String group) throws Exception {
    DescribeGroupsRequestData data = new DescribeGroupsRequestData().setGroups(List.of(group));
    try (RawClient client = new RawClient(server.port())) {
      client.send(new DescribeGroupsRequest.Builder(data).build(DESCRIBE_VERSION), 9);
      return DescribeGroupsResponse.parse(client.receive(9, (short) 1), DESCRIBE_VERSION)
          .data()
          .groups()
          .get(0)
          .members()
          .size();
    }
  }
}
