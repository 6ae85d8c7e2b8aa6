package io.millrace.server.group;

import io.millrace.server.testing.SteppedServer;
import java.util.Map;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;

/** The life of groups, for tests that look at what it leaves behind. */
public final class GroupScenario {
  private GroupScenario() {}

  /**
   * Two groups: one comes and goes, the other keeps an offset of the topic's partition 0, and then
   * one that a transaction commits.
   */
  public static void joinCommitLeaveAndDelete(SteppedServer server, String topic) {
    GroupClient dynamic = new GroupClient(server, "short");
    GroupClient fixed = new GroupClient(server, "short", "instance");
    GroupClient.stabilize(server, dynamic, fixed);
    dynamic.leave();
    fixed.leave();
    server.settle();
    server.<Errors>ask(reply -> server.broker().groups().delete("short", reply));
    OffsetCommitRequestData commit = OffsetCommits.request("long", topic, 0, 1);
    server.<OffsetCommitResponseData>ask(
        reply -> server.broker().groups().commit(commit, OffsetCommits.VERSION, reply));
    TxnOffsetCommitRequestData pending =
        new OffsetTransaction(server, "long", 100).request(topic, 0, 2);
    server.<TxnOffsetCommitResponseData>ask(
        reply -> server.broker().groups().commitTransactional(pending, reply));
    server.<Void>begin(
        reply -> server.broker().groups().endTransaction("long", 100, (short) 0, true, reply));
    twoMembersOfTheNewProtocol(server, topic);
    twoMembersOfAShareGroup(server, topic);
  }

  private static void twoMembersOfAShareGroup(SteppedServer server, String topic) {
    ShareClient first = new ShareClient(server, "share").subscribe(topic);
    first.join();
    new ShareClient(server, "share").subscribe(topic).join();
    first.leave();
    server.<Map<String, String>>ask(
        reply ->
            server
                .broker()
                .alterGroupSettings(
                    "share", Map.of("share.auto.offset.reset", "earliest"), false, reply));
    server.settle();
  }

  /** A group of the new protocol with one member, which has everything. */
  public static void oneMemberOfTheNewProtocol(SteppedServer server, String group, String topic) {
    new ConsumerClient(server, group).subscribe(topic).join();
  }

  private static void twoMembersOfTheNewProtocol(SteppedServer server, String topic) {
    ConsumerClient first = new ConsumerClient(server, "new").subscribe(topic);
    ConsumerClient second = new ConsumerClient(server, "new").subscribe(topic);
    first.join();
    second.join();
    ConsumerClient.reconcile(first, second);
    second.leave();
    server.settle();
  }
}
