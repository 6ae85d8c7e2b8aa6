package io.millrace.server.group;

import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** A member of a group as a client library plays it: one request at a time. */
final class GroupClient {
  static final int SESSION_MS = 10_000;
  static final int REBALANCE_MS = 60_000;

  private final SteppedServer server;
  private final String group;
  private final @Nullable String instanceId;
  int version = 9;
  String protocolType = "consumer";
  List<String> protocols = List.of("range");
  String metadata = "m";
  String memberId = "";
  int generation = -1;
  private Answer<JoinGroupResponseData> joining = new Answer<>();
  private Answer<SyncGroupResponseData> syncing = new Answer<>();

  GroupClient(SteppedServer server, String group) {
    this(server, group, null);
  }

  GroupClient(SteppedServer server, String group, @Nullable String instanceId) {
    this.server = server;
    this.group = group;
    this.instanceId = instanceId;
  }

  JoinGroupRequestData joinRequest() {
    JoinGroupRequestProtocolCollection list = new JoinGroupRequestProtocolCollection();
    for (String each : protocols) {
      list.add(
          new JoinGroupRequestProtocol()
              .setName(each)
              .setMetadata(metadata.getBytes(StandardCharsets.UTF_8)));
    }
    return new JoinGroupRequestData()
        .setGroupId(group)
        .setMemberId(memberId)
        .setGroupInstanceId(instanceId)
        .setSessionTimeoutMs(SESSION_MS)
        .setRebalanceTimeoutMs(REBALANCE_MS)
        .setProtocolType(protocolType)
        .setProtocols(list);
  }

  /** Asks to join; the answer may take its time. */
  GroupClient beginJoin() {
    RequestContext context = new RequestContext("client", "/127.0.0.1", version);
    joining = server.begin(r -> server.broker().groups().join(context, joinRequest(), r));
    server.settle();
    if (joining.isDone() && errorOf(joining) == Errors.MEMBER_ID_REQUIRED) {
      memberId = joining.get().memberId();
      joining = server.begin(r -> server.broker().groups().join(context, joinRequest(), r));
      server.settle();
    }
    return this;
  }

  boolean isJoining() {
    return !joining.isDone();
  }

  static Errors errorOf(Answer<JoinGroupResponseData> answer) {
    return Errors.forCode(answer.get().errorCode());
  }

  /** The answer to the request to join, which must be there. */
  JoinGroupResponseData joined() {
    JoinGroupResponseData data = joining.get();
    if (data.errorCode() == Errors.NONE.code()) {
      memberId = data.memberId();
      generation = data.generationId();
    }
    return data;
  }

  Errors joinError() {
    return Errors.forCode(joined().errorCode());
  }

  boolean isLeader() {
    return joined().leader().equals(memberId);
  }

  /** Asks for its assignment, handing in everyone's when it leads. */
  GroupClient beginSync() {
    SyncGroupRequestData request = syncRequest("for ");
    syncing = server.begin(r -> server.broker().groups().sync(request, r));
    server.settle();
    return this;
  }

  /** What it asks for its assignment with; as the leader, with everyone's: this and their id. */
  SyncGroupRequestData syncRequest(String assignment) {
    int claimed = generation;
    List<SyncGroupRequestAssignment> assignments = new ArrayList<>();
    if (isLeader()) {
      joined()
          .members()
          .forEach(
              member ->
                  assignments.add(
                      new SyncGroupRequestAssignment()
                          .setMemberId(member.memberId())
                          .setAssignment(
                              (assignment + member.memberId()).getBytes(StandardCharsets.UTF_8))));
    }
    return new SyncGroupRequestData()
        .setGroupId(group)
        .setMemberId(memberId)
        .setGroupInstanceId(instanceId)
        .setGenerationId(claimed)
        .setProtocolType(protocolType)
        .setProtocolName(joined().protocolName())
        .setAssignments(assignments);
  }

  boolean isSyncing() {
    return !syncing.isDone();
  }

  Errors syncError() {
    return Errors.forCode(syncing.get().errorCode());
  }

  String assignment() {
    return new String(syncing.get().assignment(), StandardCharsets.UTF_8);
  }

  Errors heartbeat() {
    HeartbeatResponseData answer =
        server.ask(
            r ->
                server
                    .broker()
                    .groups()
                    .heartbeat(
                        new HeartbeatRequestData()
                            .setGroupId(group)
                            .setMemberId(memberId)
                            .setGroupInstanceId(instanceId)
                            .setGenerationId(generation),
                        r));
    return Errors.forCode(answer.errorCode());
  }

  Errors leave() {
    LeaveGroupResponseData answer =
        server.ask(
            r ->
                server
                    .broker()
                    .groups()
                    .leave(
                        new LeaveGroupRequestData()
                            .setGroupId(group)
                            .setMembers(
                                List.of(
                                    new MemberIdentity()
                                        .setMemberId(memberId)
                                        .setGroupInstanceId(instanceId))),
                        r));
    if (answer.errorCode() != Errors.NONE.code()) {
      return Errors.forCode(answer.errorCode());
    }
    return Errors.forCode(answer.members().get(0).errorCode());
  }

  /** What the leader was told: member ids with what each said. */
  Map<String, String> members() {
    Map<String, String> all = new TreeMap<>();
    joined()
        .members()
        .forEach(
            member ->
                all.put(member.memberId(), new String(member.metadata(), StandardCharsets.UTF_8)));
    return all;
  }

  /** All of them join and sync until everyone has an assignment. */
  static void stabilize(SteppedServer server, GroupClient... clients) {
    for (GroupClient client : clients) {
      client.beginJoin();
    }
    server.pass(1000);
    for (GroupClient client : clients) {
      client.joined();
    }
    for (GroupClient client : clients) {
      client.beginSync();
    }
    server.settle();
  }
}
