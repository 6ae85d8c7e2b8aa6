package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/** A Kafka consumer of the classic protocol, whose assignor gives everything to the leader. */
final class EmbeddedClient {
  static final int SESSION_MS = 10_000;
  static final int REBALANCE_MS = 20_000;

  private final SteppedServer server;
  private final String group;
  private final List<String> topics;
  String memberId = "";
  int generation = -1;
  List<TopicPartition> owned = new ArrayList<>();
  private Answer<JoinGroupResponseData> joining = new Answer<>();

  EmbeddedClient(SteppedServer server, String group, String... topics) {
    this.server = server;
    this.group = group;
    this.topics = List.of(topics);
  }

  JoinGroupRequestData joinRequest(String protocol) {
    ByteBuffer said = ConsumerProtocol.serializeSubscription(new Subscription(topics, null, owned));
    byte[] bytes = new byte[said.remaining()];
    said.get(bytes);
    JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
    protocols.add(new JoinGroupRequestProtocol().setName(protocol).setMetadata(bytes));
    return new JoinGroupRequestData()
        .setGroupId(group)
        .setMemberId(memberId)
        .setSessionTimeoutMs(SESSION_MS)
        .setRebalanceTimeoutMs(REBALANCE_MS)
        .setProtocolType("consumer")
        .setProtocols(protocols);
  }

  Answer<JoinGroupResponseData> beginJoin(String protocol) {
    RequestContext context = new RequestContext("client", "/127.0.0.1", 9);
    JoinGroupRequestData request = joinRequest(protocol);
    joining = server.begin(reply -> server.broker().groups().join(context, request, reply));
    server.settle();
    if (joining.isDone()
        && Errors.forCode(joining.get().errorCode()) == Errors.MEMBER_ID_REQUIRED) {
      memberId = joining.get().memberId();
      return beginJoin(protocol);
    }
    return joining;
  }

  /** Joins, when the answer does not take time, and asks for its assignment. */
  Errors joinAndSync() {
    beginJoin("range");
    return sync();
  }

  Errors sync() {
    JoinGroupResponseData joined = joining.get();
    if (joined.errorCode() != Errors.NONE.code()) {
      return Errors.forCode(joined.errorCode());
    }
    memberId = joined.memberId();
    generation = joined.generationId();
    SyncGroupRequestData request =
        new SyncGroupRequestData()
            .setGroupId(group)
            .setMemberId(memberId)
            .setGenerationId(generation)
            .setProtocolType("consumer")
            .setProtocolName(joined.protocolName());
    if (joined.leader().equals(memberId)) {
      request.setAssignments(List.of(everything()));
    }
    SyncGroupResponseData synced =
        server.ask(reply -> server.broker().groups().sync(request, reply));
    if (synced.errorCode() == Errors.NONE.code()) {
      owned =
          synced.assignment().length == 0
              ? List.of()
              : ConsumerProtocol.deserializeAssignment(ByteBuffer.wrap(synced.assignment()))
                  .partitions();
    }
    return Errors.forCode(synced.errorCode());
  }

  private SyncGroupRequestAssignment everything() {
    List<TopicPartition> all = new ArrayList<>();
    for (String topic : topics) {
      int partitions = server.broker().catalog().get(topic).partitions();
      for (int index = 0; index < partitions; index++) {
        all.add(new TopicPartition(topic, index));
      }
    }
    ByteBuffer assignment = ConsumerProtocol.serializeAssignment(new Assignment(all));
    byte[] bytes = new byte[assignment.remaining()];
    assignment.get(bytes);
    return new SyncGroupRequestAssignment().setMemberId(memberId).setAssignment(bytes);
  }

  Errors heartbeat() {
    HeartbeatRequestData request =
        new HeartbeatRequestData()
            .setGroupId(group)
            .setMemberId(memberId)
            .setGenerationId(generation);
    HeartbeatResponseData answer =
        server.ask(reply -> server.broker().groups().heartbeat(request, reply));
    return Errors.forCode(answer.errorCode());
  }

  Set<LogId> ownedIds() {
    Set<LogId> ids = new TreeSet<>(Comparator.comparingInt(LogId::index));
    owned.forEach(
        each -> ids.add(server.broker().catalog().get(each.topic()).partition(each.partition())));
    return ids;
  }
}
