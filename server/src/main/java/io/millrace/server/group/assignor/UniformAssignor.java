package io.millrace.server.group.assignor;

import io.millrace.log.LogId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Gives everyone as many partitions as the others, and moves as few as that allows.
 *
 * <p>Where all members read the same topics, no member has two partitions more than another, and no
 * partition moves that need not. Where they do not, {@link UnevenAssignment} comes as close to that
 * as the subscriptions let it.
 */
public final class UniformAssignor implements PartitionAssignor {
  public static final String NAME = "uniform";

  static final Comparator<LogId> ORDER =
      Comparator.comparing(LogId::group).thenComparingInt(LogId::index);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Set<LogId>> assign(AssignmentInput input) {
    Map<UUID, Integer> read = new TreeMap<>();
    Set<Set<UUID>> subscriptions = new LinkedHashSet<>();
    IdentityHashMap<Set<UUID>, Boolean> seen = new IdentityHashMap<>();
    for (AssignmentInput.Subscriber member : input.members().values()) {
      if (seen.put(member.topics(), true) != null) {
        continue;
      }
      Set<UUID> topics = new LinkedHashSet<>(member.topics());
      topics.retainAll(input.topics().keySet());
      topics.forEach(topic -> read.put(topic, Known.get(input.topics(), topic)));
      subscriptions.add(topics);
    }
    AssignmentInput known = new AssignmentInput(new TreeMap<>(input.members()), read);
    if (subscriptions.size() <= 1) {
      return assignEvenly(known);
    }
    return new UnevenAssignment(known).assign();
  }

  /** What a member has already and may still have, unless somebody else took it first. */
  static List<LogId> kept(
      AssignmentInput input, AssignmentInput.Subscriber member, Set<LogId> taken) {
    List<LogId> kept = new ArrayList<>();
    Set<LogId> ordered = new TreeSet<>(ORDER);
    ordered.addAll(member.current());
    for (LogId partition : ordered) {
      Integer partitions = input.topics().get(partition.group());
      if (partitions != null
          && partition.index() < partitions
          && member.topics().contains(partition.group())
          && taken.add(partition)) {
        kept.add(partition);
      }
    }
    return kept;
  }

  private static Map<String, Set<LogId>> assignEvenly(AssignmentInput input) {
    int members = input.members().size();
    int partitions = input.topics().values().stream().mapToInt(Integer::intValue).sum();
    Map<String, Set<LogId>> assigned = new LinkedHashMap<>();
    if (members == 0) {
      return assigned;
    }
    int quota = partitions / members;
    int larger = partitions % members;
    Set<LogId> taken = new LinkedHashSet<>();
    Map<String, List<LogId>> had = new LinkedHashMap<>();
    input.members().forEach((id, member) -> had.put(id, kept(input, member, taken)));
    // Who has most is the first to have one more than the quota: then it moves the least.
    List<String> byHad = new ArrayList<>(had.keySet());
    byHad.sort(Comparator.comparingInt((String id) -> -Known.get(had, id).size()));
    taken.clear();
    input.members().keySet().forEach(id -> assigned.put(id, new LinkedHashSet<>()));
    Map<String, Integer> quotas = new LinkedHashMap<>();
    for (String id : byHad) {
      int mine = quota;
      if (larger > 0) {
        mine++;
        larger--;
      }
      quotas.put(id, mine);
      List<LogId> all = Known.get(had, id);
      List<LogId> keeps = all.subList(0, Math.min(mine, all.size()));
      Known.get(assigned, id).addAll(keeps);
      taken.addAll(keeps);
    }
    deal(input, assigned, quotas, taken);
    return assigned;
  }

  /** One for each in turn, so that neighbouring partitions go to different members. */
  private static void deal(
      AssignmentInput input,
      Map<String, Set<LogId>> assigned,
      Map<String, Integer> quotas,
      Set<LogId> taken) {
    List<String> open = new ArrayList<>();
    assigned.forEach(
        (id, mine) -> {
          if (mine.size() < Known.get(quotas, id)) {
            open.add(id);
          }
        });
    int turn = 0;
    for (Map.Entry<UUID, Integer> topic : input.topics().entrySet()) {
      for (int index = 0; index < topic.getValue(); index++) {
        LogId partition = new LogId(topic.getKey(), index);
        if (!taken.contains(partition)) {
          turn %= open.size();
          String id = open.get(turn);
          Set<LogId> mine = Known.get(assigned, id);
          mine.add(partition);
          if (mine.size() == Known.get(quotas, id)) {
            open.remove(turn);
          } else {
            turn++;
          }
        }
      }
    }
  }
}
