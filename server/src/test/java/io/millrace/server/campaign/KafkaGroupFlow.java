package io.millrace.server.campaign;

import io.millrace.log.LogId;
import io.millrace.server.catalog.Topic;
import io.millrace.server.group.OffsetCommits;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Members of a consumer group that talk to the Kafka door: their sockets break, they fall silent,
 * leave and come back as others. What is committed is what a member of the newest generation was
 * promised, or something of which nobody was told whether it was taken.
 */
final class KafkaGroupFlow implements Flow {
  private static final int MEMBERS = 3;

  /** Rounds of a tenth of a second in which a group without trouble must have settled. */
  private static final int PATIENCE = 300;

  private final SteppedServer server;
  private final Random random;
  private final KafkaGroupModel model;
  private final List<KafkaGroupMember> members = new ArrayList<>();

  /** Commits that were made in an old generation and have not arrived. */
  private final List<LateCommit> late = new ArrayList<>();

  private boolean settled;
  private int rounds;

  private record LateCommit(GroupClaim claim, LogId partition) {}

  KafkaGroupFlow(SteppedServer server, Random random, Doors doors, Topic topic) {
    this.server = server;
    this.random = random;
    this.model = new KafkaGroupModel(topic);
    for (int i = 0; i < MEMBERS; i++) {
      members.add(new KafkaGroupMember(random, doors, model));
    }
  }

  @Override
  public void act() {
    KafkaGroupMember member = members.get(random.nextInt(MEMBERS));
    if (member.isReading() && !member.assigned().isEmpty() && random.nextInt(4) == 0) {
      late.add(new LateCommit(member.claim(), member.assigned().get(0)));
    }
    member.fate();
    member.act();
    if (!late.isEmpty() && random.nextInt(8) == 0) {
      LateCommit commit = late.get(random.nextInt(late.size()));
      member.commitLate(commit.claim(), commit.partition());
    }
  }

  @Override
  public void hear() {
    members.forEach(KafkaGroupMember::hear);
  }

  @Override
  public void comeBack() {
    members.forEach(KafkaGroupMember::dropConnection);
  }

  @Override
  public void check(String where) {
    for (LogId partition : model.partitions()) {
      int index = partition.index();
      long found = OffsetCommits.committed(server, GroupClaim.GROUP, model.topic(), index);
      model.check(where, index, found);
    }
  }

  @Override
  public boolean finish() {
    settled |= isSettled();
    if (settled) {
      return true;
    }
    for (KafkaGroupMember member : members) {
      member.wakeUp();
      member.act();
    }
    if (rounds++ > PATIENCE) {
      throw new AssertionError("the group does not settle: " + this);
    }
    return false;
  }

  /** All read in one generation, and each partition is read by one of them. */
  private boolean isSettled() {
    int generation = members.get(0).claim().generation();
    List<LogId> read = new ArrayList<>();
    for (KafkaGroupMember member : members) {
      if (!member.isReading() || member.claim().generation() != generation) {
        return false;
      }
      read.addAll(member.assigned());
    }
    read.sort((one, other) -> Integer.compare(one.index(), other.index()));
    return read.equals(model.partitions());
  }

  @Override
  public String toString() {
    return "group behind the door " + members + ", " + model;
  }
}
