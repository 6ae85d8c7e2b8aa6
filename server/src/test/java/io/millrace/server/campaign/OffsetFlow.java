package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.group.OffsetCommits;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.Random;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.jspecify.annotations.Nullable;

/** A consumer group without members commits offsets of one partition, one after the other. */
final class OffsetFlow implements Flow {
  private final SteppedServer server;
  private final Random random;
  private final String group;
  private final String topic;
  private long committed = -1;

  /** What was asked for since the last answer; -1 when that is nothing. */
  private long asked = -1;

  private @Nullable Answer<OffsetCommitResponseData> committing;

  OffsetFlow(SteppedServer server, Random random, String group, String topic) {
    this.server = server;
    this.random = random;
    this.group = group;
    this.topic = topic;
  }

  @Override
  public void act() {
    if (committing == null && asked < 0) {
      asked = random.nextInt(1000);
      commit();
    } else if (committing == null) {
      commit();
    }
  }

  private void commit() {
    long offset = asked;
    committing =
        server.begin(
            r ->
                server
                    .broker()
                    .groups()
                    .commit(
                        OffsetCommits.request(group, topic, 0, offset), OffsetCommits.VERSION, r));
  }

  @Override
  public void hear() {
    Answer<OffsetCommitResponseData> answer = committing;
    if (answer == null || !answer.isDone()) {
      return;
    }
    committing = null;
    if (answer.isOk() && answer.get().topics().get(0).partitions().get(0).errorCode() == 0) {
      committed = asked;
      asked = -1;
    }
  }

  @Override
  public void comeBack() {
    committing = null;
  }

  @Override
  public void check(String where) {
    long found = OffsetCommits.committed(server, group, topic, 0);
    if (asked < 0 || found != asked) {
      assertThat(found).as("%s: offset of group %s", where, group).isEqualTo(committed);
    }
  }

  @Override
  public boolean finish() {
    if (asked < 0) {
      return true;
    }
    if (committing == null) {
      commit();
    }
    return false;
  }

  @Override
  public String toString() {
    return "group "
        + group
        + ": committed "
        + committed
        + ", asked for "
        + asked
        + " "
        + committing;
  }
}
