package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.campaign.JmsLink.At;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ShareAcknowledgeRequestData;
import org.apache.kafka.common.message.ShareAcknowledgeResponseData;
import org.apache.kafka.common.message.ShareFetchRequestData;
import org.apache.kafka.common.message.ShareFetchResponseData;
import org.apache.kafka.common.message.ShareFetchResponseData.AcquiredRecords;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.requests.ShareRequestMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A member of a share group behind the Kafka door (KIP-932): its heartbeats, and beside them a
 * share session, in which it is given records and says what became of them. One thread.
 */
final class ShareMember {
  /** What is said of a record. */
  private enum Said {
    ACCEPT(1),
    RELEASE(2),
    REJECT(3),
    RENEW(4);

    private final byte code;

    Said(int code) {
      this.code = (byte) code;
    }
  }

  private static final short HEARTBEAT_VERSION = 1;
  private static final short VERSION = 2;
  private static final int MOST_RECORDS = 12;

  private static final Set<Errors> RETRIABLE =
      EnumSet.of(
          Errors.COORDINATOR_NOT_AVAILABLE,
          Errors.COORDINATOR_LOAD_IN_PROGRESS,
          Errors.NOT_COORDINATOR,
          Errors.NOT_LEADER_OR_FOLLOWER,
          Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
          Errors.REQUEST_TIMED_OUT,
          Errors.KAFKA_STORAGE_ERROR);

  private final Random random;
  private final Doors doors;
  private final ShareModel model;
  private final KafkaLink link;
  private final TreeMap<At, ShareHold> holds = new TreeMap<>();

  /** What it held on a connection that is gone. */
  private final List<At> stale = new ArrayList<>();

  private final Set<Integer> session = new TreeSet<>();
  private Set<Integer> assigned = Set.of();
  private String id;
  private int epoch;
  private int sessionEpoch = ShareRequestMetadata.INITIAL_EPOCH;
  private boolean beats;
  private boolean shares;
  private boolean fetches;
  private int silentActs;

  ShareMember(Random random, Doors doors, ShareModel model) {
    this.random = random;
    this.doors = doors;
    this.model = model;
    this.link = new KafkaLink(doors);
    this.id = newId();
  }

  private String newId() {
    return new Uuid(random.nextLong(), random.nextLong()).toString();
  }

  Set<Integer> assigned() {
    return assigned;
  }

  boolean holdsNothing() {
    return holds.isEmpty();
  }

  /** What it holds for certain. */
  List<String> held() {
    List<String> held = new ArrayList<>();
    if (link.hasSocket()) {
      for (ShareHold hold : holds.values()) {
        if (hold.isSure(doors.nowMs())) {
          held.add(hold.text());
        }
      }
    }
    return held;
  }

  // ---- fate

  void fate() {
    switch (random.nextInt(100)) {
      case 0, 1, 2 -> dropConnection();
      case 3, 4 -> silentActs = random.nextInt(60);
      case 5 -> {
        dropConnection();
        forget(); // another process in its place
        id = newId();
      }
      case 6 -> leave();
      case 7 -> acknowledgeStale();
      default -> {
        // Nothing, mostly.
      }
    }
  }

  /** What was asked is not answered any more. */
  void dropConnection() {
    link.giveUp();
    lost();
  }

  private void lost() {
    if (fetches) {
      model.answerLost();
    }
    stale.clear();
    stale.addAll(holds.keySet());
    endSession();
    beats = false;
    shares = false;
    fetches = false;
  }

  private void endSession() {
    holds.clear();
    session.clear();
    sessionEpoch = ShareRequestMetadata.INITIAL_EPOCH;
  }

  private void forget() {
    epoch = 0;
    assigned = Set.of();
  }

  // ---- a step

  void act() {
    if (silentActs > 0) {
      silentActs--;
      return;
    }
    if (!beats && (epoch == 0 || random.nextInt(5) == 0)) {
      heartbeat();
    }
    if (!shares && epoch != 0) {
      share();
    }
  }

  private void share() {
    if (sessionEpoch == ShareRequestMetadata.INITIAL_EPOCH) {
      if (!assigned.isEmpty()) {
        fetch(Map.of());
      }
      return;
    }
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> fetch(Map.of());
      case 3, 4, 5 -> fetch(say(holds.keySet()));
      case 6, 7, 8, 9 -> acknowledge(say(holds.keySet()), sessionEpoch);
      case 10 -> {
        if (random.nextInt(4) == 0) {
          acknowledge(say(holds.keySet()), ShareRequestMetadata.FINAL_EPOCH);
        }
      }
      default -> {
        if (random.nextInt(8) == 0 && !assigned.isEmpty()) {
          // A client that has lost its place begins anew.
          endSession();
          fetch(Map.of());
        }
      }
    }
  }

  /** Goes on until nothing is left to do: everything that it is given is accepted. */
  void finish() {
    silentActs = 0;
    if (!beats) {
      heartbeat();
    }
    if (!shares && epoch != 0) {
      Map<At, Said> all = new TreeMap<>();
      holds.keySet().forEach(at -> all.put(at, Said.ACCEPT));
      if (!all.isEmpty()) {
        acknowledge(all, sessionEpoch);
      } else if (!assigned.isEmpty()) {
        fetch(Map.of());
      }
    }
  }

  void hear() {
    boolean had = link.hasSocket();
    link.hear();
    if (had && !link.hasSocket()) {
      lost();
    }
  }

  private void connect() {
    if (!link.hasSocket()) {
      link.connect();
    }
  }

  // ---- membership

  private void heartbeat() {
    connect();
    beats = true;
    ShareGroupHeartbeatRequestData request =
        new ShareGroupHeartbeatRequestData()
            .setGroupId(model.group())
            .setMemberId(id)
            .setMemberEpoch(epoch);
    if (epoch == 0) {
      request.setSubscribedTopicNames(List.of(model.topic().name()));
    }
    link.ask(
        ApiKeys.SHARE_GROUP_HEARTBEAT,
        HEARTBEAT_VERSION,
        request,
        bytes -> {
          beats = false;
          take(new ShareGroupHeartbeatResponseData(bytes, HEARTBEAT_VERSION));
        });
  }

  private void take(ShareGroupHeartbeatResponseData answer) {
    Errors error = Errors.forCode(answer.errorCode());
    switch (error) {
      case NONE -> {
        assertThat(answer.memberEpoch()).as("epoch of %s", this).isGreaterThanOrEqualTo(epoch);
        epoch = answer.memberEpoch();
        if (answer.assignment() != null) {
          Set<Integer> told = new TreeSet<>();
          answer.assignment().topicPartitions().forEach(each -> told.addAll(each.partitions()));
          assigned = told;
        }
      }
      case UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH -> forget();
      default -> assertThat(error).as("heartbeat of %s", this).isIn(RETRIABLE);
    }
  }

  private void leave() {
    if (beats || epoch == 0) {
      return;
    }
    connect();
    beats = true;
    link.ask(
        ApiKeys.SHARE_GROUP_HEARTBEAT,
        HEARTBEAT_VERSION,
        new ShareGroupHeartbeatRequestData()
            .setGroupId(model.group())
            .setMemberId(id)
            .setMemberEpoch(-1),
        bytes -> {
          dropConnection(); // with its share session
          forget();
          id = newId();
          silentActs = random.nextInt(30);
        });
  }

  // ---- being given records

  private void fetch(Map<At, Said> said) {
    Map<At, Said> asked = new TreeMap<>(said);
    asked.keySet().removeIf(at -> !assigned.contains(at.partition()));
    connect();
    shares = true;
    fetches = true;
    Map<Integer, ShareFetchRequestData.FetchPartition> named = new TreeMap<>();
    for (int partition : assigned) {
      if (!session.contains(partition)) {
        named.put(partition, new ShareFetchRequestData.FetchPartition());
      }
    }
    byPartition(asked)
        .forEach(
            (partition, records) -> {
              ShareFetchRequestData.FetchPartition of =
                  named.computeIfAbsent(
                      partition, index -> new ShareFetchRequestData.FetchPartition());
              records.forEach(
                  (at, what) ->
                      of.acknowledgementBatches()
                          .add(
                              new ShareFetchRequestData.AcknowledgementBatch()
                                  .setFirstOffset(at.offset())
                                  .setLastOffset(at.offset())
                                  .setAcknowledgeTypes(List.of(what.code))));
            });
    Uuid topicId = topicId();
    ShareFetchRequestData request =
        new ShareFetchRequestData()
            .setGroupId(model.group())
            .setMemberId(id)
            .setShareSessionEpoch(sessionEpoch)
            .setMaxWaitMs(random.nextInt(3) == 0 ? 0 : random.nextInt(400))
            .setMinBytes(1)
            .setMaxBytes(random.nextInt(4) == 0 ? 200 : 1 << 20)
            .setMaxRecords(1 + random.nextInt(MOST_RECORDS))
            .setBatchSize(1 + random.nextInt(MOST_RECORDS))
            .setShareAcquireMode((byte) random.nextInt(2))
            .setIsRenewAck(asked.containsValue(Said.RENEW));
    if (!named.isEmpty()) {
      ShareFetchRequestData.FetchTopic topic =
          new ShareFetchRequestData.FetchTopic().setTopicId(topicId);
      named.forEach((index, of) -> topic.partitions().add(of.setPartitionIndex(index)));
      request.topics().add(topic);
    }
    List<Integer> forgotten =
        session.stream().filter(partition -> !assigned.contains(partition)).toList();
    if (!forgotten.isEmpty()) {
      request
          .forgottenTopicsData()
          .add(
              new ShareFetchRequestData.ForgottenTopic()
                  .setTopicId(topicId)
                  .setPartitions(forgotten));
    }
    session.clear();
    session.addAll(assigned);
    sessionEpoch = ShareRequestMetadata.nextEpoch(sessionEpoch);
    Acknowledging acks = new Acknowledging(asked);
    long askedMs = doors.nowMs();
    link.ask(
        ApiKeys.SHARE_FETCH,
        VERSION,
        request,
        bytes -> {
          shares = false;
          fetches = false;
          var answer = new ShareFetchResponseData(bytes, VERSION);
          assertThat(Errors.forCode(answer.errorCode())).as("%s", this).isEqualTo(Errors.NONE);
          Map<Integer, Errors> errors = new HashMap<>();
          answer
              .responses()
              .forEach(
                  topic ->
                      topic
                          .partitions()
                          .forEach(
                              of ->
                                  errors.put(
                                      of.partitionIndex(),
                                      Errors.forCode(of.acknowledgeErrorCode()))));
          acks.answered(errors);
          answer.responses().forEach(topic -> topic.partitions().forEach(of -> take(of, askedMs)));
        });
  }

  private void take(ShareFetchResponseData.PartitionData answer, long askedMs) {
    int partition = answer.partitionIndex();
    Errors error = Errors.forCode(answer.errorCode());
    if (error != Errors.NONE) {
      assertThat(error).as("partition %d for %s", partition, this).isIn(RETRIABLE);
    }
    Map<Long, String> texts = new HashMap<>();
    if (answer.records() != null) {
      for (Record record : ((MemoryRecords) answer.records()).records()) {
        texts.put(record.offset(), StandardCharsets.UTF_8.decode(record.value()).toString());
      }
    }
    for (AcquiredRecords run : answer.acquiredRecords()) {
      for (long offset = run.firstOffset(); offset <= run.lastOffset(); offset++) {
        String text = texts.get(offset);
        if (text == null) {
          throw new AssertionError(
              "record " + offset + " of partition " + partition + " was not sent to " + this);
        }
        model.delivered(this, partition, offset, text, run.deliveryCount());
        holds.put(new At(partition, offset), new ShareHold(text, askedMs + model.lockMs(), false));
      }
    }
  }

  // ---- saying what became of them

  /** Says something of some of these records, on whose end it has not been asked. */
  private Map<At, Said> say(Collection<At> records) {
    Map<At, Said> said = new TreeMap<>();
    for (At at : records) {
      if (random.nextInt(3) > 0) {
        said.put(
            at,
            switch (random.nextInt(16)) {
              case 0, 1, 2, 3, 4 -> Said.RELEASE;
              case 5 -> Said.REJECT;
              case 6, 7 -> Said.RENEW;
              default -> Said.ACCEPT;
            });
      }
    }
    return said;
  }

  private void acknowledge(Map<At, Said> said, int atEpoch) {
    if (said.isEmpty() && atEpoch != ShareRequestMetadata.FINAL_EPOCH) {
      return;
    }
    boolean last = atEpoch == ShareRequestMetadata.FINAL_EPOCH;
    Acknowledging acks = new Acknowledging(said);
    if (last) {
      holds.replaceAll((at, hold) -> hold.asking());
    } else {
      sessionEpoch = ShareRequestMetadata.nextEpoch(sessionEpoch);
    }
    askToAcknowledge(
        said,
        atEpoch,
        errors -> {
          acks.answered(errors);
          if (last) {
            endSession();
          }
        });
  }

  private void askToAcknowledge(
      Map<At, Said> said, int atEpoch, Consumer<Map<Integer, Errors>> answered) {
    connect();
    shares = true;
    ShareAcknowledgeRequestData request =
        new ShareAcknowledgeRequestData()
            .setGroupId(model.group())
            .setMemberId(id)
            .setShareSessionEpoch(atEpoch)
            .setIsRenewAck(said.containsValue(Said.RENEW));
    if (!said.isEmpty()) {
      ShareAcknowledgeRequestData.AcknowledgeTopic topic =
          new ShareAcknowledgeRequestData.AcknowledgeTopic().setTopicId(topicId());
      byPartition(said)
          .forEach(
              (partition, records) -> {
                ShareAcknowledgeRequestData.AcknowledgePartition of =
                    new ShareAcknowledgeRequestData.AcknowledgePartition()
                        .setPartitionIndex(partition);
                records.forEach(
                    (at, what) ->
                        of.acknowledgementBatches()
                            .add(
                                new ShareAcknowledgeRequestData.AcknowledgementBatch()
                                    .setFirstOffset(at.offset())
                                    .setLastOffset(at.offset())
                                    .setAcknowledgeTypes(List.of(what.code))));
                topic.partitions().add(of);
              });
      request.topics().add(topic);
    }
    link.ask(
        ApiKeys.SHARE_ACKNOWLEDGE,
        VERSION,
        request,
        bytes -> {
          shares = false;
          var answer = new ShareAcknowledgeResponseData(bytes, VERSION);
          assertThat(Errors.forCode(answer.errorCode())).as("%s", this).isEqualTo(Errors.NONE);
          Map<Integer, Errors> errors = new HashMap<>();
          answer
              .responses()
              .forEach(
                  topic ->
                      topic
                          .partitions()
                          .forEach(
                              of ->
                                  errors.put(of.partitionIndex(), Errors.forCode(of.errorCode()))));
          answered.accept(errors);
        });
  }

  /** What was held on a connection that is gone is not held on this one. */
  private void acknowledgeStale() {
    List<At> old = stale.stream().filter(at -> !holds.containsKey(at)).toList();
    if (shares || old.isEmpty() || sessionEpoch == ShareRequestMetadata.INITIAL_EPOCH) {
      return;
    }
    At at = old.get(random.nextInt(old.size()));
    int atEpoch = sessionEpoch;
    sessionEpoch = ShareRequestMetadata.nextEpoch(sessionEpoch);
    askToAcknowledge(
        Map.of(at, Said.ACCEPT),
        atEpoch,
        errors ->
            assertThat(errors.get(at.partition()))
                .as("%s accepts %s, which it does not hold", this, at)
                .isNotIn(null, Errors.NONE));
  }

  private static Map<Integer, Map<At, Said>> byPartition(Map<At, Said> said) {
    Map<Integer, Map<At, Said>> all = new TreeMap<>();
    said.forEach(
        (at, what) -> all.computeIfAbsent(at.partition(), index -> new TreeMap<>()).put(at, what));
    return all;
  }

  private Uuid topicId() {
    return new Uuid(
        model.topic().id().getMostSignificantBits(), model.topic().id().getLeastSignificantBits());
  }

  /** What one request says of records. */
  private final class Acknowledging {
    private final Map<At, Said> said;
    private final Map<At, ShareHold> before = new TreeMap<>();
    private final long askedMs = doors.nowMs();

    Acknowledging(Map<At, Said> said) {
      this.said = said;
      said.forEach(
          (at, what) -> {
            ShareHold hold = holds.get(at);
            assertThat(hold).as("%s", at).isNotNull();
            before.put(at, hold);
            // As nobody may hear of the answer.
            if (what == Said.ACCEPT) {
              model.endings().perhapsDone(List.of(hold.text()));
            } else if (what == Said.REJECT) {
              model.rejected(hold.text());
            }
            holds.put(at, hold.asking());
          });
    }

    void answered(Map<Integer, Errors> errors) {
      byPartition(said)
          .forEach((partition, records) -> answered(partition, records, errors.get(partition)));
    }

    private void answered(int partition, Map<At, Said> records, @Nullable Errors error) {
      if (error == Errors.NONE) {
        records.forEach((at, what) -> done(at, hold(at), what));
        return;
      }
      if (error == Errors.INVALID_RECORD_STATE) {
        assertThat(records.keySet())
            .as("%s held all of these, and may not acknowledge them: %s", ShareMember.this, before)
            .anyMatch(at -> !hold(at).isSure(doors.nowMs()));
      } else {
        assertThat(error).as("partition %d for %s", partition, ShareMember.this).isIn(RETRIABLE);
      }
      records.keySet().forEach(holds::remove);
    }

    private ShareHold hold(At at) {
      ShareHold hold = before.get(at);
      if (hold == null) {
        throw new IllegalStateException("nothing was asked of " + at);
      }
      return hold;
    }

    private void done(At at, ShareHold hold, Said what) {
      switch (what) {
        case ACCEPT -> model.endings().doneOnce(hold.text());
        case RELEASE -> model.released(hold.text());
        case REJECT -> {
          // It is on its way to the dead letters, or was.
        }
        case RENEW -> {
          holds.put(at, hold.renewed(askedMs + model.lockMs()));
          return;
        }
      }
      holds.remove(at);
    }
  }

  @Override
  public String toString() {
    return "member "
        + id
        + " in epoch "
        + epoch
        + " reads "
        + assigned
        + ", session "
        + sessionEpoch
        + (shares ? " waits" : "")
        + ", holds "
        + holds
        + ", "
        + link;
  }
}
