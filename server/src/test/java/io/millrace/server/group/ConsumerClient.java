package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** A member of a group of the new protocol as a client library plays it. */
final class ConsumerClient {
  private static int clients;

  private final SteppedServer server;
  private final String group;
  @Nullable String instanceId;
  String memberId = "member-" + ++clients;
  int version = 1;
  int epoch;
  int rebalanceTimeoutMs = 60_000;
  List<String> topics = List.of();
  @Nullable String pattern;
  @Nullable String assignor;
  int intervalMs;

  /** What it reads. */
  final Set<LogId> owned = new LinkedHashSet<>();

  /** Whether it has told the server of all that it has taken or given back. */
  private boolean told = true;

  ConsumerClient(SteppedServer server, String group) {
    this.server = server;
    this.group = group;
  }

  ConsumerClient subscribe(String... names) {
    topics = List.of(names);
    return this;
  }

  ConsumerClient matching(String regex) {
    pattern = regex;
    return this;
  }

  ConsumerClient instance(String id) {
    instanceId = id;
    return this;
  }

  ConsumerGroupHeartbeatRequestData request() {
    ConsumerGroupHeartbeatRequestData data =
        new ConsumerGroupHeartbeatRequestData()
            .setGroupId(group)
            .setMemberId(memberId)
            .setInstanceId(instanceId)
            .setMemberEpoch(epoch);
    if (epoch == 0 || !told) {
      data.setTopicPartitions(ownedTopics());
    }
    if (epoch == 0) {
      data.setRebalanceTimeoutMs(rebalanceTimeoutMs)
          .setSubscribedTopicNames(topics)
          .setSubscribedTopicRegex(pattern)
          .setServerAssignor(assignor);
    }
    return data;
  }

  private List<TopicPartitions> ownedTopics() {
    List<TopicPartitions> list = new ArrayList<>();
    PartitionSets.each(
        owned,
        (topic, indexes) ->
            list.add(new TopicPartitions().setTopicId(topic).setPartitions(indexes)));
    return list;
  }

  ConsumerGroupHeartbeatResponseData send(ConsumerGroupHeartbeatRequestData data) {
    RequestContext context = new RequestContext("client", "/127.0.0.1", version);
    return server.ask(reply -> server.broker().groups().heartbeat(context, data, reply));
  }

  /** Sends a heartbeat and does what the answer says, giving back at once. */
  Errors heartbeat() {
    return take(send(request()));
  }

  Errors take(ConsumerGroupHeartbeatResponseData answer) {
    Errors error = Errors.forCode(answer.errorCode());
    if (error != Errors.NONE) {
      return error;
    }
    memberId = answer.memberId();
    epoch = answer.memberEpoch();
    intervalMs = answer.heartbeatIntervalMs();
    told = true;
    if (answer.assignment() != null) {
      Set<LogId> assigned = assigned(answer);
      told = assigned.equals(owned);
      owned.clear();
      owned.addAll(assigned);
    }
    return error;
  }

  static Set<LogId> assigned(ConsumerGroupHeartbeatResponseData answer) {
    Set<LogId> assigned = new LinkedHashSet<>();
    answer
        .assignment()
        .topicPartitions()
        .forEach(
            topic -> {
              UUID id = PartitionSets.fromKafka(topic.topicId());
              topic.partitions().forEach(index -> assigned.add(new LogId(id, index)));
            });
    return assigned;
  }

  Errors join() {
    epoch = 0;
    owned.clear();
    return heartbeat();
  }

  /** Leaves for good. */
  Errors leave() {
    return end(-1);
  }

  /** Leaves as a static member that means to come back. */
  Errors leaveForAWhile() {
    return end(-2);
  }

  private Errors end(int how) {
    ConsumerGroupHeartbeatRequestData data = request().setMemberEpoch(how).setTopicPartitions(null);
    owned.clear();
    return Errors.forCode(send(data).errorCode());
  }

  /** Everyone sends heartbeats until none of them changes anything. */
  static void reconcile(ConsumerClient... clients) {
    for (int round = 0; round < 20; round++) {
      boolean changed = false;
      for (ConsumerClient client : clients) {
        Set<LogId> before = new LinkedHashSet<>(client.owned);
        int epoch = client.epoch;
        boolean told = client.told;
        Errors error = client.heartbeat();
        if (error != Errors.NONE) {
          throw new AssertionError(client.memberId + ": " + error);
        }
        changed |= !told || epoch != client.epoch || !before.equals(client.owned);
      }
      if (!changed) {
        return;
      }
    }
    throw new AssertionError("no end of changes");
  }
}
