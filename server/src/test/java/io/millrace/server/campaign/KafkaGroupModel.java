package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.server.catalog.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the members of a group behind the door may rely on. One thread. */
final class KafkaGroupModel {
  private final Topic topic;
  private final List<LogId> partitions = new ArrayList<>();
  private final List<CommittedValues> committed = new ArrayList<>();
  private final Map<Integer, String> plans = new HashMap<>();
  private int newest = -1;

  KafkaGroupModel(Topic topic) {
    this.topic = topic;
    for (int index = 0; index < topic.partitions(); index++) {
      partitions.add(topic.partition(index));
      committed.add(new CommittedValues());
    }
  }

  String topic() {
    return topic.name();
  }

  List<LogId> partitions() {
    return partitions;
  }

  /** A member was told what it is to read: all of a generation hear of one plan, a leader's. */
  List<LogId> synced(GroupClaim claim, String text) {
    String[] parts = text.split(";", -1);
    assertThat(parts).as("what %s is to read: %s", claim, text).hasSize(2);
    assertThat(plans.putIfAbsent(claim.generation(), parts[0]))
        .as("plan of generation %d, as %s hears of it", claim.generation(), claim)
        .isIn(null, parts[0]);
    newest = Math.max(newest, claim.generation());
    return partitions.stream()
        .filter(partition -> List.of(parts[1].split(",")).contains("" + partition.index()))
        .toList();
  }

  /** Whether a member of a later generation has been told what to read. */
  boolean isStale(GroupClaim claim) {
    return claim.generation() < newest;
  }

  long begin(LogId partition, GroupClaim claim) {
    return committed.get(partition.index()).begin(claim.generation());
  }

  void accepted(LogId partition, long value) {
    committed.get(partition.index()).accepted(value);
  }

  void refused(LogId partition, long value) {
    committed.get(partition.index()).refused(value);
  }

  /** A member that has been told what to read has asked from where. */
  void found(int index, long value, int generation) {
    check("a member of generation " + generation, index, value);
    committed.get(index).found(value, generation);
  }

  void check(String where, int index, long value) {
    assertThat(value)
        .as("%s: committed for partition %d", where, index)
        .isIn(committed.get(index).possible());
  }

  @Override
  public String toString() {
    return "generation " + newest + ", committed " + committed;
  }
}
