package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.server.shard.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;

/**
 * What the members of a group may rely on, whatever any of them has heard. It hears every answer of
 * the coordinator, in order, also those that go astray. One thread.
 */
final class GroupModel {
  private static final Set<Errors> STALE =
      Set.of(Errors.ILLEGAL_GENERATION, Errors.UNKNOWN_MEMBER_ID, Errors.FENCED_INSTANCE_ID);

  private final Map<LogId, OffsetModel> offsets = new LinkedHashMap<>();
  private final Queue<Runnable> answers = new ArrayDeque<>();

  /** The plan that each generation of which an assignment was given out goes by. */
  private final Map<Integer, String> plans = new HashMap<>();

  private final Map<Integer, Map<LogId, String>> owners = new HashMap<>();

  /** How often a process has asked for a new id, by instance. */
  private final Map<String, Integer> replacements = new HashMap<>();

  /** The newest process that was told its id, by instance. */
  private final Map<String, GroupClaim> current = new HashMap<>();

  /** Processes in whose place another was told that it is. */
  private final List<GroupClaim> fenced = new ArrayList<>();

  private final Set<String> fencedIds = new HashSet<>();
  private int newest = -1;

  GroupModel(List<OffsetModel> partitions) {
    partitions.forEach(each -> offsets.put(each.sender().partition(), each));
  }

  OffsetModel offsets(LogId partition) {
    OffsetModel found = offsets.get(partition);
    if (found == null) {
      throw new IllegalArgumentException("no partition of the group: " + partition);
    }
    return found;
  }

  Collection<OffsetModel> partitions() {
    return offsets.values();
  }

  /** The last generation of which somebody was given an assignment; -1 before the first. */
  int newest() {
    return newest;
  }

  // ---- answers

  /** A reply that is heard in its turn by {@link #hear}. */
  <R> Reply<R> reply(Consumer<R> ok, Runnable failed) {
    return new Reply<>() {
      private boolean done;

      @Override
      public void ok(R response) {
        once(() -> ok.accept(response));
      }

      @Override
      public void fail(RuntimeException error) {
        once(failed);
      }

      private void once(Runnable heard) {
        boolean again = done;
        done = true;
        answers.add(
            () -> {
              assertThat(again).as("answered twice").isFalse();
              heard.run();
            });
      }
    };
  }

  void hear() {
    for (Runnable next = answers.poll(); next != null; next = answers.poll()) {
      next.run();
    }
  }

  // ---- members

  /** A process asks for an id of its own; returns the claim to ask with. */
  GroupClaim newcomer(GroupClaim claim) {
    String instance = claim.instance();
    int ordinal = instance == null ? 0 : replacements.merge(instance, 1, Integer::sum);
    return new GroupClaim(instance, "", -1, ordinal);
  }

  void joined(GroupClaim asked, GroupClaim told) {
    if (asked.member().isEmpty()) {
      assertThat(told.member()).isNotEmpty();
    } else {
      assertThat(told.member()).as("%s joins and keeps its id", asked).isEqualTo(asked.member());
    }
    accepted(asked, "joined");
    assertThat(told.generation()).as("%s joins a new generation", told).isPositive();
    String instance = told.instance();
    if (instance != null) {
      GroupClaim before = current.put(instance, told);
      if (before != null && !before.member().equals(told.member())) {
        fenced.add(before);
        fencedIds.add(before.member());
      }
    }
  }

  /** The leader's plan has become this member's assignment. */
  void synced(GroupClaim claim, String plan, List<LogId> partitions) {
    accepted(claim, "was given an assignment");
    String known = plans.putIfAbsent(claim.generation(), plan);
    if (known == null) {
      assertThat(claim.generation()).as("generation after %d", newest).isGreaterThan(newest);
      newest = claim.generation();
    } else {
      assertThat(plan).as("the one plan of generation %d", claim.generation()).isEqualTo(known);
    }
    Map<LogId, String> owned =
        owners.computeIfAbsent(claim.generation(), generation -> new HashMap<>());
    for (LogId partition : partitions) {
      String owner = owned.putIfAbsent(partition, claim.owner());
      assertThat(owner == null ? claim.owner() : owner)
          .as("the one owner of %s in generation %d", partition, claim.generation())
          .isEqualTo(claim.owner());
    }
  }

  /** Whether nothing that this claim asks for may be granted, from now on. */
  boolean isStale(GroupClaim claim) {
    return claim.generation() < newest || isFenced(claim);
  }

  boolean isFenced(GroupClaim claim) {
    return fencedIds.contains(claim.member());
  }

  /** Something was granted that was asked for just before. */
  private void accepted(GroupClaim claim, String what) {
    // A request that was answered in the end may be older than the process that replaced it, but
    // then it was refused at that moment.
    assertThat(isFenced(claim)).as("%s was fenced and %s", claim, what).isFalse();
  }

  /** What somebody is told whose claim was stale when it asked. */
  void refusedStale(GroupClaim claim, Errors error) {
    assertThat(error).as("what %s is told, now at %d", claim, newest).isIn(STALE);
    refused(claim, error);
  }

  /** Only a newer process of the same instance fences one. */
  void refused(GroupClaim claim, Errors error) {
    if (error == Errors.FENCED_INSTANCE_ID) {
      String instance = claim.instance();
      int asked = instance == null ? 0 : replacements.getOrDefault(instance, 0);
      assertThat(asked).as("%s is the newest and was fenced", claim).isGreaterThan(claim.ordinal());
    }
  }

  /** Processes that must be told that they are fenced while {@link #current} is a member. */
  List<GroupClaim> fenced() {
    return fenced;
  }

  GroupClaim current(GroupClaim replaced) {
    GroupClaim now = replaced.instance() == null ? null : current.get(replaced.instance());
    return now == null ? replaced : now;
  }

  @Override
  public String toString() {
    return "generation " + newest + ", " + offsets.values();
  }
}
