package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;

/**
 * A member of a consumer group behind the Kafka door, as a client's thread runs it: it joins, takes
 * its assignment, asks for what is committed, then commits and says that it is there. One thread.
 */
final class KafkaGroupMember {
  private enum State {
    OUT,
    JOINED,
    ASSIGNED,
    READING
  }

  private static final int REBALANCE_MS = 1_500;
  private static final short JOIN_VERSION = 9;
  private static final short SYNC_VERSION = 5;
  private static final short HEARTBEAT_VERSION = 4;
  private static final short LEAVE_VERSION = 5;
  private static final short COMMIT_VERSION = 9;
  private static final short FETCH_VERSION = 9;

  private static final Set<Errors> RETRIABLE =
      EnumSet.of(
          Errors.COORDINATOR_NOT_AVAILABLE,
          Errors.COORDINATOR_LOAD_IN_PROGRESS,
          Errors.NOT_COORDINATOR,
          Errors.REQUEST_TIMED_OUT,
          Errors.KAFKA_STORAGE_ERROR,
          Errors.UNKNOWN_TOPIC_OR_PARTITION);

  private final Random random;
  private final KafkaGroupModel model;
  private final KafkaLink link;

  /** On which commits arrive that were sent long ago. */
  private final KafkaLink slowLink;

  private final int sessionMs;
  private State state = State.OUT;
  private GroupClaim claim = new GroupClaim(null, "", -1, 0);
  private boolean leads;
  private List<String> led = List.of();
  private List<LogId> assigned = List.of();
  private boolean waits;
  private int silentActs;
  private int plans;

  KafkaGroupMember(Random random, Doors doors, KafkaGroupModel model) {
    this.random = random;
    this.model = model;
    this.link = new KafkaLink(doors);
    this.slowLink = new KafkaLink(doors);
    this.sessionMs = 500 + random.nextInt(1_000);
  }

  boolean isReading() {
    return state == State.READING && !waits;
  }

  GroupClaim claim() {
    return claim;
  }

  List<LogId> assigned() {
    return assigned;
  }

  // ---- fate

  void fate() {
    switch (random.nextInt(80)) {
      case 0, 1, 2 -> dropConnection();
      case 3 -> silentActs = random.nextInt(60);
      case 4 -> {
        dropConnection();
        forget(false); // another process in its place
      }
      case 5 -> leave();
      default -> {
        // Nothing, mostly.
      }
    }
  }

  /** What was asked is not answered any more. */
  void dropConnection() {
    slowLink.giveUp();
    link.giveUp();
    lost();
  }

  private void lost() {
    waits = false;
    if (state == State.JOINED) {
      state = State.OUT;
    }
  }

  private void forget(boolean keepId) {
    assigned = List.of();
    state = State.OUT;
    claim = claim.with(keepId ? claim.member() : "", -1);
  }

  // ---- a step

  void act() {
    if (silentActs > 0) {
      silentActs--;
    } else if (!waits) {
      step();
    }
  }

  void wakeUp() {
    silentActs = 0;
  }

  private void step() {
    switch (state) {
      case OUT -> join();
      case JOINED -> sync();
      case ASSIGNED -> fetch();
      case READING -> {
        if (assigned.isEmpty() || random.nextInt(3) == 0) {
          heartbeat();
        } else {
          commit(assigned.get(random.nextInt(assigned.size())));
        }
      }
    }
  }

  void hear() {
    slowLink.hear();
    boolean had = link.hasSocket();
    link.hear();
    if (had && !link.hasSocket()) {
      lost();
    }
  }

  private void ask(
      ApiKeys api, short version, ApiMessage request, Consumer<ByteBufferAccessor> answered) {
    if (!link.hasSocket()) {
      link.connect();
    }
    waits = true;
    link.ask(
        api,
        version,
        request,
        bytes -> {
          waits = false;
          answered.accept(bytes);
        });
  }

  private void join() {
    ask(
        ApiKeys.JOIN_GROUP,
        JOIN_VERSION,
        claim.join(sessionMs, REBALANCE_MS, List.of(model.topic())),
        bytes -> {
          JoinGroupResponseData answer = new JoinGroupResponseData(bytes, JOIN_VERSION);
          Errors error = Errors.forCode(answer.errorCode());
          if (error == Errors.NONE) {
            claim = claim.with(answer.memberId(), answer.generationId());
            leads = answer.leader().equals(answer.memberId()) && !answer.skipAssignment();
            led = answer.members().stream().map(JoinGroupResponseMember::memberId).toList();
            state = State.JOINED;
          } else if (error == Errors.MEMBER_ID_REQUIRED) {
            claim = claim.with(answer.memberId(), -1);
          } else {
            onError(error);
          }
        });
  }

  private void sync() {
    ask(
        ApiKeys.SYNC_GROUP,
        SYNC_VERSION,
        claim.sync(leads ? assign() : Map.of()),
        bytes -> {
          SyncGroupResponseData answer = new SyncGroupResponseData(bytes, SYNC_VERSION);
          Errors error = Errors.forCode(answer.errorCode());
          if (error == Errors.NONE) {
            String plan = new String(answer.assignment(), StandardCharsets.UTF_8);
            assigned = model.synced(claim, plan);
            state = State.ASSIGNED;
          } else {
            onError(error);
          }
        });
  }

  /** Another plan each time, even for the same generation. */
  private Map<String, String> assign() {
    Map<String, StringBuilder> shares = new LinkedHashMap<>();
    String name = claim.member() + "/" + claim.generation() + "/" + plans++;
    led.forEach(member -> shares.put(member, new StringBuilder(name + ";")));
    for (LogId partition : model.partitions()) {
      StringBuilder owner = shares.get(led.get(random.nextInt(led.size())));
      if (owner != null) {
        owner.append(partition.index()).append(',');
      }
    }
    Map<String, String> plan = new LinkedHashMap<>();
    shares.forEach((member, share) -> plan.put(member, share.toString()));
    return plan;
  }

  private void fetch() {
    List<Integer> indexes = assigned.stream().map(LogId::index).toList();
    OffsetFetchRequestGroup group =
        new OffsetFetchRequestGroup()
            .setGroupId(GroupClaim.GROUP)
            .setTopics(
                List.of(
                    new OffsetFetchRequestTopics()
                        .setName(model.topic())
                        .setPartitionIndexes(indexes)));
    int generation = claim.generation();
    ask(
        ApiKeys.OFFSET_FETCH,
        FETCH_VERSION,
        new OffsetFetchRequestData().setGroups(List.of(group)),
        bytes -> {
          var answer = new OffsetFetchResponseData(bytes, FETCH_VERSION).groups().get(0);
          Errors error = Errors.forCode(answer.errorCode());
          if (error != Errors.NONE) {
            onError(error);
            return;
          }
          for (OffsetFetchResponsePartitions found : answer.topics().get(0).partitions()) {
            assertThat(Errors.forCode(found.errorCode())).isEqualTo(Errors.NONE);
            model.found(found.partitionIndex(), found.committedOffset(), generation);
          }
          state = State.READING;
        });
  }

  private void heartbeat() {
    ask(
        ApiKeys.HEARTBEAT,
        HEARTBEAT_VERSION,
        claim.heartbeat(),
        bytes ->
            onError(
                Errors.forCode(new HeartbeatResponseData(bytes, HEARTBEAT_VERSION).errorCode())));
  }

  private void commit(LogId partition) {
    GroupClaim asked = claim;
    boolean stale = model.isStale(asked);
    long value = model.begin(partition, asked);
    ask(
        ApiKeys.OFFSET_COMMIT,
        COMMIT_VERSION,
        asked.commit(model.topic(), partition, value),
        bytes -> {
          var answer = new OffsetCommitResponseData(bytes, COMMIT_VERSION);
          Errors error = Errors.forCode(answer.topics().get(0).partitions().get(0).errorCode());
          if (error == Errors.NONE) {
            assertThat(stale)
                .as("a commit of %s, which is not the newest, is taken", asked)
                .isFalse();
            model.accepted(partition, value);
          } else if (!RETRIABLE.contains(error)) {
            model.refused(partition, value);
          }
          onError(error);
        });
  }

  /** Once there is a newer generation, nothing of an older one may have an effect. */
  void commitLate(GroupClaim sender, LogId partition) {
    if (!model.isStale(sender)) {
      return;
    }
    if (!slowLink.hasSocket()) {
      slowLink.connect();
    }
    long value = model.begin(partition, sender);
    slowLink.ask(
        ApiKeys.OFFSET_COMMIT,
        COMMIT_VERSION,
        sender.commit(model.topic(), partition, value),
        bytes -> {
          var answer = new OffsetCommitResponseData(bytes, COMMIT_VERSION);
          Errors error = Errors.forCode(answer.topics().get(0).partitions().get(0).errorCode());
          assertThat(error).as("a late commit of %s", sender).isNotEqualTo(Errors.NONE);
          model.refused(partition, value);
        });
  }

  private void leave() {
    if (waits || claim.member().isEmpty()) {
      return;
    }
    ask(
        ApiKeys.LEAVE_GROUP,
        LEAVE_VERSION,
        claim.leave(),
        bytes -> {
          var answer = new LeaveGroupResponseData(bytes, LEAVE_VERSION);
          assertThat(answer).isNotNull();
          forget(false);
          silentActs = random.nextInt(30);
        });
  }

  private void onError(Errors error) {
    switch (error) {
      case NONE -> {
        // It is a member and nothing has changed.
      }
      case REBALANCE_IN_PROGRESS, ILLEGAL_GENERATION -> forget(true);
      case UNKNOWN_MEMBER_ID -> forget(false);
      default -> assertThat(error).as("%s", claim).isIn(RETRIABLE);
    }
  }

  @Override
  public String toString() {
    return state
        + (waits ? " waits " : " ")
        + claim
        + " has "
        + new ArrayList<>(assigned)
        + ", "
        + link;
  }
}
