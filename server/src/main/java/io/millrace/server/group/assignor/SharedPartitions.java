package io.millrace.server.group.assignor;

import io.millrace.log.LogId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The assignor of share groups (KIP-932), whose partitions can have several members. Immutable; any
 * thread.
 *
 * <p>Every partition that somebody reads gets a member, those who read the same about as many each;
 * who is left without one shares the partition that has the fewest members. What members had stays
 * with them where that does not unbalance the group. Both steps are the same question, with the
 * roles changed: {@link Bins}.
 */
public final class SharedPartitions {
  /** The name by which tools know it. */
  public static final String NAME = "simple";

  private SharedPartitions() {}

  /** The partitions of every member; none for those of whose topics there is none. */
  public static Map<String, Set<LogId>> assign(AssignmentInput input) {
    List<String> names = new ArrayList<>(input.members().keySet());
    Map<String, Integer> index = new HashMap<>();
    names.forEach(name -> index.put(name, index.size()));

    // Members that read the same are a class; a topic's readers are a set of classes.
    Map<Set<UUID>, Integer> classes = new LinkedHashMap<>();
    List<List<Integer>> classMembers = new ArrayList<>();
    int[] classOf = new int[names.size()];
    Map<LogId, List<Integer>> holders = new HashMap<>();
    for (int member = 0; member < classOf.length; member++) {
      AssignmentInput.Subscriber subscriber = member(input, names.get(member));
      Integer found = classes.get(subscriber.topics());
      if (found == null) {
        found = classes.size();
        classes.put(subscriber.topics(), found);
        classMembers.add(new ArrayList<>());
      }
      classOf[member] = found;
      classMembers.get(found).add(member);
      for (LogId partition : subscriber.current()) {
        if (subscriber.topics().contains(partition.group())) {
          holders.computeIfAbsent(partition, p -> new ArrayList<>()).add(member);
        }
      }
    }
    Map<UUID, BitSet> readers = new HashMap<>();
    classes.forEach(
        (topics, number) ->
            topics.forEach(topic -> readers.computeIfAbsent(topic, t -> new BitSet()).set(number)));

    List<LogId> partitions = new ArrayList<>();
    Map<UUID, Integer> firstOf = new HashMap<>();
    Bins members = new Bins(names.size());
    Map<BitSet, Integer> choices = new HashMap<>();
    for (Map.Entry<UUID, Integer> topic : new TreeMap<>(input.topics()).entrySet()) {
      BitSet readBy = readers.get(topic.getKey());
      if (readBy == null) {
        continue;
      }
      Integer choice = choices.get(readBy);
      if (choice == null) {
        List<Integer> some = new ArrayList<>();
        readBy.stream().forEach(number -> some.addAll(classMembers.get(number)));
        choice = members.addChoice(some);
        choices.put(readBy, choice);
      }
      firstOf.put(topic.getKey(), partitions.size());
      for (int i = 0; i < topic.getValue(); i++) {
        LogId partition = new LogId(topic.getKey(), i);
        partitions.add(partition);
        members.addItem(choice, members.leastOf(holders.getOrDefault(partition, List.of())));
      }
    }
    int[] memberOf = members.fill();

    Bins shared = new Bins(partitions.size());
    for (int partition = 0; partition < memberOf.length; partition++) {
      shared.load(partition);
    }
    List<Integer> without = new ArrayList<>();
    int[] choiceOf = new int[classes.size()];
    Arrays.fill(choiceOf, Bins.NONE);
    for (int member = 0; member < classOf.length; member++) {
      AssignmentInput.Subscriber subscriber = member(input, names.get(member));
      int number = classOf[member];
      if (members.loadOf(member) > 0 || !hasAny(subscriber.topics(), firstOf)) {
        continue;
      }
      if (choiceOf[number] == Bins.NONE) {
        choiceOf[number] = shared.addChoice(readable(subscriber.topics(), firstOf, input));
      }
      List<Integer> had = new ArrayList<>();
      for (LogId partition : subscriber.current()) {
        Integer first = firstOf.get(partition.group());
        if (first != null
            && subscriber.topics().contains(partition.group())
            && partition.index() < input.topics().getOrDefault(partition.group(), 0)) {
          had.add(first + partition.index());
        }
      }
      without.add(member);
      shared.addItem(choiceOf[number], shared.leastOf(had));
    }
    int[] partitionOf = shared.fill();

    List<Set<LogId>> sets = new ArrayList<>();
    names.forEach(name -> sets.add(new LinkedHashSet<>()));
    for (int partition = 0; partition < memberOf.length; partition++) {
      sets.get(memberOf[partition]).add(partitions.get(partition));
    }
    for (int i = 0; i < partitionOf.length; i++) {
      sets.get(without.get(i)).add(partitions.get(partitionOf[i]));
    }
    Map<String, Set<LogId>> assigned = new LinkedHashMap<>();
    index.forEach((name, number) -> assigned.put(name, sets.get(number)));
    return assigned;
  }

  private static AssignmentInput.Subscriber member(AssignmentInput input, String name) {
    return Known.get(input.members(), name);
  }

  private static boolean hasAny(Set<UUID> topics, Map<UUID, Integer> firstOf) {
    return topics.stream().anyMatch(firstOf::containsKey);
  }

  private static List<Integer> readable(
      Set<UUID> topics, Map<UUID, Integer> firstOf, AssignmentInput input) {
    List<Integer> all = new ArrayList<>();
    for (UUID topic : topics) {
      Integer first = firstOf.get(topic);
      for (int i = 0; first != null && i < input.topics().getOrDefault(topic, 0); i++) {
        all.add(first + i);
      }
    }
    return all;
  }
}
