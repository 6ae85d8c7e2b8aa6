package io.millrace.server.group;

import io.millrace.log.LogId;
import io.millrace.server.testing.SteppedServer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/** A member of a share group as a client library plays it. */
final class ShareClient {
  private static int clients;

  private final SteppedServer server;
  private final String group;
  String memberId = "share-" + ++clients;
  int epoch;
  List<String> topics = List.of();
  int intervalMs;

  /** What it takes records from. */
  final Set<LogId> assigned = new LinkedHashSet<>();

  ShareClient(SteppedServer server, String group) {
    this.server = server;
    this.group = group;
  }

  ShareClient subscribe(String... names) {
    topics = List.of(names);
    return this;
  }

  ShareGroupHeartbeatRequestData request() {
    ShareGroupHeartbeatRequestData data =
        new ShareGroupHeartbeatRequestData()
            .setGroupId(group)
            .setMemberId(memberId)
            .setMemberEpoch(epoch);
    return epoch == 0 ? data.setSubscribedTopicNames(topics) : data;
  }

  ShareGroupHeartbeatResponseData send(ShareGroupHeartbeatRequestData data) {
    RequestContext context = new RequestContext("client", "/127.0.0.1", 1);
    return server.ask(reply -> server.broker().groups().heartbeat(context, data, reply));
  }

  Errors heartbeat() {
    return take(send(request()));
  }

  Errors take(ShareGroupHeartbeatResponseData answer) {
    Errors error = Errors.forCode(answer.errorCode());
    if (error != Errors.NONE) {
      return error;
    }
    epoch = answer.memberEpoch();
    intervalMs = answer.heartbeatIntervalMs();
    if (answer.assignment() != null) {
      assigned.clear();
      assigned.addAll(assigned(answer));
    }
    return error;
  }

  static Set<LogId> assigned(ShareGroupHeartbeatResponseData answer) {
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
    assigned.clear();
    return heartbeat();
  }

  Errors leave() {
    assigned.clear();
    return Errors.forCode(send(request().setMemberEpoch(-1)).errorCode());
  }
}
