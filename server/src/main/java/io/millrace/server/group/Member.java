package io.millrace.server.group;

import io.millrace.kernel.Timers.Timer;
import io.millrace.server.shard.Reply;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/**
 * A member of a classic group: what it said of itself, what it was given, and the requests of its
 * that wait. The thread of the group's shard.
 */
final class Member {
  private String id;
  private final @Nullable String instanceId;
  private final String clientId;
  private final String clientHost;
  private int sessionTimeoutMs;
  private int rebalanceTimeoutMs;
  private List<MemberProtocol> protocols;
  private Opaque assignment = Opaque.EMPTY;

  /** It has not yet been in a generation. */
  private boolean fresh = true;

  private @Nullable Reply<JoinGroupResponseData> join;
  private @Nullable Reply<SyncGroupResponseData> sync;
  private @Nullable Timer session;

  Member(
      String id,
      @Nullable String instanceId,
      String clientId,
      String clientHost,
      int sessionTimeoutMs,
      int rebalanceTimeoutMs,
      List<MemberProtocol> protocols) {
    this.id = id;
    this.instanceId = instanceId;
    this.clientId = clientId;
    this.clientHost = clientHost;
    this.sessionTimeoutMs = sessionTimeoutMs;
    this.rebalanceTimeoutMs = rebalanceTimeoutMs;
    this.protocols = List.copyOf(protocols);
  }

  String id() {
    return id;
  }

  /** Another process has taken the place of this static member (KIP-345). */
  void renamed(String newId) {
    id = newId;
  }

  @Nullable String instanceId() {
    return instanceId;
  }

  boolean isStatic() {
    return instanceId != null;
  }

  String clientId() {
    return clientId;
  }

  String clientHost() {
    return clientHost;
  }

  int sessionTimeoutMs() {
    return sessionTimeoutMs;
  }

  int rebalanceTimeoutMs() {
    return rebalanceTimeoutMs;
  }

  List<MemberProtocol> protocols() {
    return protocols;
  }

  void update(int sessionMs, int rebalanceMs, List<MemberProtocol> supported) {
    sessionTimeoutMs = sessionMs;
    rebalanceTimeoutMs = rebalanceMs;
    protocols = List.copyOf(supported);
  }

  Opaque assignment() {
    return assignment;
  }

  void assign(Opaque given) {
    assignment = given;
  }

  boolean isFresh() {
    return fresh;
  }

  void settled() {
    fresh = false;
  }

  /** What it says under a strategy; empty for one that it does not support. */
  Opaque metadata(@Nullable String protocol) {
    for (MemberProtocol each : protocols) {
      if (each.name().equals(protocol)) {
        return each.metadata();
      }
    }
    return Opaque.EMPTY;
  }

  /** The strategy that it likes best among some. */
  String vote(Set<String> candidates) {
    for (MemberProtocol each : protocols) {
      if (candidates.contains(each.name())) {
        return each.name();
      }
    }
    throw new IllegalArgumentException("member " + id + " supports none of " + candidates);
  }

  // ---- requests that wait

  boolean awaitsJoin() {
    return join != null;
  }

  boolean awaitsSync() {
    return sync != null;
  }

  /** Keeps a request until the generation is complete; returns the one that it replaces. */
  @Nullable Reply<JoinGroupResponseData> awaitJoin(Reply<JoinGroupResponseData> reply) {
    Reply<JoinGroupResponseData> before = join;
    join = reply;
    return before;
  }

  @Nullable Reply<JoinGroupResponseData> takeJoin() {
    Reply<JoinGroupResponseData> taken = join;
    join = null;
    return taken;
  }

  /** Keeps a request until the assignment is there; returns the one that it replaces. */
  @Nullable Reply<SyncGroupResponseData> awaitSync(Reply<SyncGroupResponseData> reply) {
    Reply<SyncGroupResponseData> before = sync;
    sync = reply;
    return before;
  }

  @Nullable Reply<SyncGroupResponseData> takeSync() {
    Reply<SyncGroupResponseData> taken = sync;
    sync = null;
    return taken;
  }

  /** Replaces the timer that ends the session. */
  void session(@Nullable Timer timer) {
    if (session != null) {
      session.cancel();
    }
    session = timer;
  }
}
