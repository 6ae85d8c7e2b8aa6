package io.millrace.server.group.assignor;

import io.millrace.log.LogId;
import io.millrace.server.group.assignor.AssignmentInput.Subscriber;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives each reader of a topic one run of neighbouring partitions, in an order of members that is
 * the same for every topic: who reads several topics of as many partitions gets the same numbers of
 * each, so that they can be joined. Static members go by their instance ids, and so keep their runs
 * when they come back under another member id.
 */
public final class RangeAssignor implements PartitionAssignor {
  public static final String NAME = "range";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, Set<LogId>> assign(AssignmentInput input) {
    List<String> ordered = new ArrayList<>(input.members().keySet());
    ordered.sort(
        Comparator.comparing((String id) -> Known.get(input.members(), id).instanceId() == null)
            .thenComparing(id -> orderKey(input, id))
            .thenComparing(Comparator.naturalOrder()));
    Map<String, Set<LogId>> assigned = new LinkedHashMap<>();
    ordered.forEach(id -> assigned.put(id, new LinkedHashSet<>()));
    List<Subscriber> members = new ArrayList<>();
    ordered.forEach(id -> members.add(Known.get(input.members(), id)));
    List<Set<LogId>> shares = List.copyOf(assigned.values());
    Readers readers = new Readers(members, input.topics().keySet());
    for (UUID topic : readers.topics()) {
      share(topic, Known.get(input.topics(), topic), readers.of(topic), shares);
    }
    return assigned;
  }

  private static String orderKey(AssignmentInput input, String id) {
    @Nullable String instanceId = Known.get(input.members(), id).instanceId();
    return instanceId == null ? id : instanceId;
  }

  private static void share(UUID topic, int partitions, int[] readers, List<Set<LogId>> shares) {
    int next = 0;
    for (int i = 0; next < partitions; i++) {
      int count = partitions / readers.length + (i < partitions % readers.length ? 1 : 0);
      Set<LogId> mine = shares.get(readers[i]);
      for (int end = next + count; next < end; next++) {
        mine.add(new LogId(topic, next));
      }
    }
  }
}
