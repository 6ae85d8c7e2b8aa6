package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.server.group.OffsetCommits;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;

/**
 * Processes that share partitions as members of a consumer group, in half of the histories some of
 * them static (KIP-345). They die, fall silent, do not hear answers, leave, come back and subscribe
 * to something else; what an old process had sent arrives late.
 */
final class GroupFlow implements Flow {
  private static final int PROCESSES = 4;
  private static final int MOST_LATE = 8;

  /** Rounds of a tenth of a second in which a group without trouble must have read everything. */
  private static final int PATIENCE = 300;

  private final SteppedServer server;
  private final Random random;
  private final GroupModel model;
  private final List<String> topics;
  private final List<GroupProcess> processes = new ArrayList<>();

  /** Commits that were made in an old generation and have not arrived. */
  private final List<LateCommit> late = new ArrayList<>();

  private boolean calm;
  private int rounds;

  private record LateCommit(GroupClaim claim, LogId partition) {}

  GroupFlow(SteppedServer server, Random random, List<OffsetModel> partitions) {
    this.server = server;
    this.random = random;
    this.model = new GroupModel(partitions);
    this.topics = partitions.stream().map(OffsetModel::topic).distinct().toList();
    int fixed = random.nextBoolean() ? random.nextInt(PROCESSES + 1) : 0;
    for (int i = 0; i < PROCESSES; i++) {
      String instance = i < fixed ? "instance-" + i : null;
      processes.add(new GroupProcess(server, random, model, topics, instance));
    }
  }

  @Override
  public void act() {
    GroupProcess process = processes.get(random.nextInt(PROCESSES));
    if (process.isReading() && random.nextInt(8) == 0) {
      remember(process);
    }
    if (process.isAlive()) {
      process.fate();
      process.act();
    } else if (random.nextInt(10) == 0) {
      process.startAnew();
    }
    if (!late.isEmpty() && random.nextInt(8) == 0) {
      arrive(late.get(random.nextInt(late.size())));
    }
  }

  private void remember(GroupProcess process) {
    if (!process.assigned().isEmpty()) {
      late.add(new LateCommit(process.claim(), process.assigned().get(0)));
      if (late.size() > MOST_LATE) {
        late.remove(0);
      }
    }
  }

  /** Once there is a newer generation, nothing of an older one may have an effect. */
  private void arrive(LateCommit commit) {
    GroupClaim claim = commit.claim();
    if (!model.isStale(claim)) {
      return;
    }
    OffsetModel offsets = model.offsets(commit.partition());
    server
        .broker()
        .groups()
        .commit(
            claim.commit(offsets.topic(), commit.partition(), 0),
            OffsetCommits.VERSION,
            model.<OffsetCommitResponseData>reply(
                answer ->
                    model.refusedStale(
                        claim,
                        Errors.forCode(answer.topics().get(0).partitions().get(0).errorCode())),
                () -> {}));
  }

  @Override
  public void hear() {
    model.hear();
    processes.forEach(GroupProcess::hear);
  }

  @Override
  public void comeBack() {
    processes.forEach(GroupProcess::dropConnection);
  }

  @Override
  public void check(String where) {
    for (OffsetModel each : model.partitions()) {
      int index = each.sender().partition().index();
      each.checkKept(where, OffsetCommits.committed(server, GroupClaim.GROUP, each.topic(), index));
    }
    for (GroupClaim fenced : model.fenced()) {
      // A wrong generation on purpose: asking shall not prolong the session.
      GroupClaim current = model.current(fenced);
      if (heartbeat(current.with(current.member(), -1)) == Errors.ILLEGAL_GENERATION) {
        assertThat(heartbeat(fenced))
            .as("%s: what %s is told, in whose place there is %s", where, fenced, current)
            .isEqualTo(Errors.FENCED_INSTANCE_ID);
      }
    }
  }

  private Errors heartbeat(GroupClaim claim) {
    HeartbeatResponseData answer =
        server.ask(reply -> server.broker().groups().heartbeat(claim.heartbeat(), reply));
    return Errors.forCode(answer.errorCode());
  }

  @Override
  public boolean finish() {
    if (!calm) {
      calm = true;
      // Some have died, and nobody knows but their sessions.
      processes.stream().skip(1).filter(each -> random.nextInt(3) == 0).forEach(GroupProcess::die);
    }
    if (!processes.get(0).isAlive()) {
      processes.get(0).startAnew();
    }
    for (GroupProcess process : processes) {
      process.subscribe(topics);
      process.act();
    }
    boolean sent = true;
    boolean done = true;
    for (OffsetModel each : model.partitions()) {
      sent &= each.sender().finish();
      done &= each.isDone();
    }
    if (sent && rounds++ > PATIENCE) {
      throw new AssertionError("the group is stuck: " + describe() + ", " + this);
    }
    return done && consistsOfTheLiving();
  }

  private DescribedGroup describe() {
    return server.ask(reply -> server.broker().groups().describe(GroupClaim.GROUP, reply));
  }

  private boolean consistsOfTheLiving() {
    DescribedGroup group = describe();
    List<String> living =
        processes.stream()
            .filter(GroupProcess::isAlive)
            .map(each -> each.claim().member())
            .sorted()
            .toList();
    List<String> members =
        group.members().stream().map(DescribedGroupMember::memberId).sorted().toList();
    return group.groupState().equals("Stable") && members.equals(living);
  }

  @Override
  public String toString() {
    return "group of " + processes + ": " + model;
  }
}
