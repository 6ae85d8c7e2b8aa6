package io.millrace.server.campaign;

import io.millrace.log.LogId;
import io.millrace.server.group.OffsetCommits;
import io.millrace.server.group.RequestContext;
import io.millrace.server.shard.Reply;
import io.millrace.server.testing.SteppedServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * A consumer's process in a group, one request at a time: it joins, asks for its assignment and the
 * offsets, then reads, commits and says that it is there. One thread.
 */
final class GroupProcess {
  private enum State {
    DEAD,
    OUT,
    JOINED,
    ASSIGNED,
    READING
  }

  private static final int REBALANCE_MS = 1_500;
  private static final int API_VERSION = 9;

  private final SteppedServer server;
  private final Random random;
  private final GroupModel model;
  private final List<String> allTopics;
  private final int sessionMs;
  private final Map<LogId, PartitionReader> readers = new LinkedHashMap<>();
  private List<String> topics;
  private State state = State.OUT;
  private GroupClaim claim;
  private List<JoinGroupResponseMember> led = List.of();
  private boolean leads;
  private List<LogId> assigned = List.of();
  private boolean waits;

  /** Answers to what was asked for on an earlier connection are not heard. */
  private int connection;

  private int silentActs;

  /** It knows of a rebalance and says that it is there, but is too busy to join again. */
  private boolean hangs;

  private int plans;

  GroupProcess(
      SteppedServer server,
      Random random,
      GroupModel model,
      List<String> allTopics,
      @Nullable String instance) {
    this.server = server;
    this.random = random;
    this.model = model;
    this.allTopics = allTopics;
    this.topics = allTopics;
    this.sessionMs = 500 + random.nextInt(1_000);
    this.claim = new GroupClaim(instance, "", -1, 0);
  }

  GroupClaim claim() {
    return claim;
  }

  List<LogId> assigned() {
    return assigned;
  }

  boolean isAlive() {
    return state != State.DEAD;
  }

  boolean isReading() {
    return state == State.READING;
  }

  // ---- fate

  /** What goes wrong or changes now and then. */
  void fate() {
    switch (random.nextInt(120)) {
      case 0 -> die();
      case 1, 2 -> dropConnection();
      case 3 -> leave();
      case 4 -> subscribe(random.nextBoolean() ? allTopics : allTopics.subList(0, 1));
      case 5 -> silentActs = random.nextInt(60);
      default -> {
        // Nothing, mostly.
      }
    }
  }

  void die() {
    dropConnection();
    forget(false);
    state = State.DEAD;
  }

  /** A new process in the dead one's place; it knows nothing. */
  void startAnew() {
    forget(false);
  }

  /** What is on its way to this client is not heard any more. */
  void dropConnection() {
    connection++;
    waits = false;
    readers.clear();
    if (state != State.DEAD) {
      state = state == State.READING || state == State.ASSIGNED ? State.ASSIGNED : State.OUT;
    }
  }

  void subscribe(List<String> wanted) {
    if (!topics.equals(wanted) && state != State.DEAD) {
      dropConnection();
      topics = wanted;
      hangs = false;
      state = State.OUT;
    }
  }

  private void forget(boolean keepId) {
    readers.clear();
    assigned = List.of();
    hangs = false;
    state = State.OUT;
    if (!keepId) {
      claim = claim.with("", -1);
    }
  }

  private void leave() {
    if (waits || state == State.DEAD || claim.member().isEmpty()) {
      return;
    }
    this.<LeaveGroupResponseData>ask(
        (asked, reply) -> server.broker().groups().leave(asked.leave(), reply),
        (asked, answer) ->
            model.refused(
                asked,
                answer.members().isEmpty()
                    ? Errors.forCode(answer.errorCode())
                    : Errors.forCode(answer.members().get(0).errorCode())),
        answer -> {
          forget(false);
          silentActs = random.nextInt(30);
        });
  }

  // ---- the life of a member

  void act() {
    if (state == State.DEAD || silentActs-- > 0) {
      return;
    }
    silentActs = 0;
    readers.values().forEach(PartitionReader::poll);
    if (waits) {
      return;
    }
    if (hangs) {
      heartbeat();
      return;
    }
    switch (state) {
      case OUT -> join();
      case JOINED -> sync();
      case ASSIGNED -> fetchOffsets();
      case READING -> {
        if (assigned.isEmpty() || random.nextInt(3) == 0) {
          heartbeat();
        } else {
          commit(assigned.get(random.nextInt(assigned.size())));
        }
      }
      case DEAD -> {}
    }
  }

  void hear() {
    readers.forEach(
        (partition, reader) -> {
          long before = reader.position();
          reader.hear();
          model.offsets(partition).consumed(before, reader.position());
        });
  }

  private <R> void ask(
      BiConsumer<GroupClaim, Reply<R>> request,
      BiConsumer<GroupClaim, R> truth,
      Consumer<R> heard) {
    GroupClaim asked = claim;
    int asking = connection;
    waits = true;
    Reply<R> reply =
        model.reply(
            answer -> {
              truth.accept(asked, answer);
              if (asking == connection) {
                waits = false;
                heard.accept(answer);
              }
            },
            () -> {
              if (asking == connection) {
                dropConnection();
              }
            });
    request.accept(asked, reply);
  }

  private void join() {
    if (claim.member().isEmpty()) {
      claim = model.newcomer(claim);
    }
    RequestContext context = new RequestContext("worker", "/127.0.0.1", API_VERSION);
    this.<JoinGroupResponseData>ask(
        (asked, reply) ->
            server
                .broker()
                .groups()
                .join(context, asked.join(sessionMs, REBALANCE_MS, topics), reply),
        (asked, answer) -> {
          if (answer.errorCode() == Errors.NONE.code()) {
            model.joined(asked, asked.with(answer.memberId(), answer.generationId()));
          } else {
            model.refused(asked, Errors.forCode(answer.errorCode()));
          }
        },
        answer -> {
          Errors error = Errors.forCode(answer.errorCode());
          if (error == Errors.NONE) {
            claim = claim.with(answer.memberId(), answer.generationId());
            leads = answer.leader().equals(answer.memberId()) && !answer.skipAssignment();
            led = answer.members();
            state = State.JOINED;
          } else if (error == Errors.MEMBER_ID_REQUIRED) {
            claim = claim.with(answer.memberId(), -1);
          } else {
            onError(error);
          }
        });
  }

  private void sync() {
    Map<String, String> assignments = leads ? assign() : Map.of();
    this.<SyncGroupResponseData>ask(
        (asked, reply) -> server.broker().groups().sync(asked.sync(assignments), reply),
        (asked, answer) -> {
          Errors error = Errors.forCode(answer.errorCode());
          if (error == Errors.NONE) {
            String[] plan = new String(answer.assignment(), StandardCharsets.UTF_8).split(";", -1);
            if (plan.length != 2) {
              throw new AssertionError(asked + " was left out of the assignment");
            }
            model.synced(asked, plan[0], partitions(plan[1]));
          } else {
            model.refused(asked, error);
          }
        },
        answer -> {
          Errors error = Errors.forCode(answer.errorCode());
          if (error == Errors.NONE) {
            String text = new String(answer.assignment(), StandardCharsets.UTF_8);
            assigned = partitions(text.substring(text.indexOf(';') + 1));
            readers.clear();
            state = State.ASSIGNED;
          } else {
            onError(error);
          }
        });
  }

  /** Another plan each time, even for the same generation. */
  private Map<String, String> assign() {
    Map<String, String> plan = new LinkedHashMap<>();
    List<String> members = led.stream().map(JoinGroupResponseMember::memberId).toList();
    String name = claim.member() + "/" + claim.generation() + "/" + plans++;
    members.forEach(member -> plan.put(member, name + ";"));
    for (OffsetModel each : model.partitions()) {
      List<String> subscribed = new ArrayList<>();
      for (JoinGroupResponseMember member : led) {
        String said = new String(member.metadata(), StandardCharsets.UTF_8);
        if (List.of(said.split(",")).contains(each.topic())) {
          subscribed.add(member.memberId());
        }
      }
      if (!subscribed.isEmpty()) {
        LogId partition = each.sender().partition();
        String owner = subscribed.get(random.nextInt(subscribed.size()));
        plan.merge(owner, each.topic() + "-" + partition.index() + ",", String::concat);
      }
    }
    return plan;
  }

  private List<LogId> partitions(String text) {
    List<LogId> found = new ArrayList<>();
    for (OffsetModel each : model.partitions()) {
      LogId partition = each.sender().partition();
      if (List.of(text.split(",")).contains(each.topic() + "-" + partition.index())) {
        found.add(partition);
      }
    }
    return found;
  }

  private void fetchOffsets() {
    List<OffsetFetchRequestTopics> wanted = new ArrayList<>();
    List<Long> floors = new ArrayList<>();
    for (LogId partition : assigned) {
      floors.add(model.offsets(partition).acknowledged());
      wanted.add(
          new OffsetFetchRequestTopics()
              .setName(model.offsets(partition).topic())
              .setPartitionIndexes(List.of(partition.index())));
    }
    List<LogId> asked = assigned;
    OffsetFetchRequestGroup request =
        new OffsetFetchRequestGroup().setGroupId(GroupClaim.GROUP).setTopics(wanted);
    this.<OffsetFetchResponseGroup>ask(
        (claimed, reply) -> server.broker().groups().fetch(request, false, reply),
        (claimed, answer) -> {
          for (int i = 0; i < asked.size(); i++) {
            model.offsets(asked.get(i)).fetched(floors.get(i), offset(answer, i));
          }
        },
        answer -> {
          for (int i = 0; i < asked.size(); i++) {
            long from = Math.max(0, offset(answer, i));
            readers.put(asked.get(i), new PartitionReader(server, asked.get(i), from));
          }
          state = State.READING;
        });
  }

  private static long offset(OffsetFetchResponseGroup answer, int index) {
    return answer.topics().get(index).partitions().get(0).committedOffset();
  }

  private void heartbeat() {
    this.<HeartbeatResponseData>ask(
        (asked, reply) -> server.broker().groups().heartbeat(asked.heartbeat(), reply),
        (asked, answer) -> model.refused(asked, Errors.forCode(answer.errorCode())),
        answer -> {
          Errors error = Errors.forCode(answer.errorCode());
          // The server was started again meanwhile, and knows of no rebalance any more.
          hangs &= error != Errors.NONE;
          onError(error);
        });
  }

  private void commit(LogId partition) {
    PartitionReader reader = readers.get(partition);
    if (reader == null) {
      return;
    }
    OffsetModel offsets = model.offsets(partition);
    OffsetModel.Attempt attempt = offsets.attempt(reader.position());
    boolean stale = model.isStale(claim);
    this.<OffsetCommitResponseData>ask(
        (asked, reply) ->
            server
                .broker()
                .groups()
                .commit(
                    asked.commit(offsets.topic(), partition, attempt.offset()),
                    OffsetCommits.VERSION,
                    reply),
        (asked, answer) -> {
          Errors error = Errors.forCode(answer.topics().get(0).partitions().get(0).errorCode());
          if (stale) {
            model.refusedStale(asked, error);
          }
          if (error == Errors.NONE) {
            offsets.accepted(attempt);
          } else {
            model.refused(asked, error);
            offsets.refused(attempt);
          }
        },
        answer -> onError(Errors.forCode(answer.topics().get(0).partitions().get(0).errorCode())));
  }

  private void onError(Errors error) {
    switch (error) {
      case NONE -> {
        // It is a member and nothing has changed.
      }
      case REBALANCE_IN_PROGRESS -> {
        // A static member may do so for as long as it likes (KIP-345).
        hangs |= claim.instance() == null && state == State.READING && random.nextInt(6) == 0;
        if (!hangs) {
          forget(true);
        }
      }
      case ILLEGAL_GENERATION -> forget(true);
      case UNKNOWN_MEMBER_ID -> forget(false);
      case FENCED_INSTANCE_ID -> die();
      default -> throw new AssertionError(claim + " was told " + error);
    }
  }

  @Override
  public String toString() {
    return state + (waits ? " waits " : " ") + claim + " reads " + assigned;
  }
}
