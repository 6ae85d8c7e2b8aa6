package io.millrace.server.door.kafka.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.FetchSessionIdNotFoundException;
import org.apache.kafka.common.errors.FetchSessionTopicIdException;
import org.apache.kafka.common.errors.InvalidFetchSessionEpochException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchMetadata;
import org.junit.jupiter.api.Test;

final class FetchSessionsTest {
  private final FetchSessionLimit limit = new FetchSessionLimit(10);
  private final FetchSessions sessions = new FetchSessions(limit);

  @Test
  void remembersWhatWasAskedFor() {
    FetchSession session = sessions.open(full(0, 1, 2), false);

    FetchSession next = sessions.open(incremental(session.id(), 1), false);

    assertThat(session.id()).isPositive();
    assertThat(partitions(next)).containsExactly(0, 1, 2);
  }

  @Test
  void changesWithWhatIsAskedForAndForgotten() {
    FetchSession session = sessions.open(full(0, 1), false);
    FetchRequestData request = incremental(session.id(), 1);
    request.setTopics(topics(100, 1, 7));
    request.setForgottenTopicsData(
        List.of(new ForgottenTopic().setTopic("t").setPartitions(List.of(0))));

    FetchSession next = sessions.open(request, false);

    assertThat(partitions(next)).containsExactly(1, 7);
    assertThat(next.targets()).allMatch(target -> target.fetchOffset() == 100);
    assertThat(limit.partitions()).isEqualTo(2);
  }

  @Test
  void tellsOnlyWhatIsNewsInAnIncrementalFetch() {
    FetchSession session = sessions.open(full(0), false);
    FetchTarget target = session.targets().get(0);
    assertThat(session.tells(target, answer(5))).isTrue();

    FetchSession next = sessions.open(incremental(session.id(), 1), false);

    assertThat(next.tells(target, answer(5))).isFalse();
    assertThat(next.tells(target, answer(6))).isTrue();
    assertThat(next.tells(target, answer(6).setErrorCode(Errors.NOT_LEADER_OR_FOLLOWER.code())))
        .isTrue();
    assertThat(next.tells(target, answer(6))).as("after an error").isTrue();
  }

  @Test
  void tellsANewLastStableOffset() {
    FetchSession session = sessions.open(full(0), false);
    FetchTarget target = session.targets().get(0);
    session.tells(target, answer(5).setLastStableOffset(3));

    FetchSession next = sessions.open(incremental(session.id(), 1), false);

    assertThat(next.tells(target, answer(5).setLastStableOffset(3))).isFalse();
    assertThat(next.tells(target, answer(5).setLastStableOffset(4))).isTrue();
  }

  @Test
  void tellsEverythingInAFullFetch() {
    FetchSession session = sessions.open(full(0), false);
    FetchTarget target = session.targets().get(0);

    assertThat(session.tells(target, answer(5))).isTrue();
    assertThat(session.tells(target, answer(5))).isTrue();
  }

  @Test
  void movesPartitionsThatGaveRecordsBehindTheOthers() {
    FetchSession session = sessions.open(full(0, 1, 2), false);
    FetchTarget first = session.targets().get(0);

    session.tells(
        first,
        answer(5).setRecords(MemoryRecords.readableRecords(java.nio.ByteBuffer.allocate(9))));

    assertThat(partitions(session)).containsExactly(1, 2, 0);
  }

  @Test
  void refusesUnknownSessionsAndWrongEpochs() {
    FetchSession session = sessions.open(full(0), false);

    assertThatThrownBy(() -> sessions.open(incremental(session.id() + 1, 1), false))
        .isInstanceOf(FetchSessionIdNotFoundException.class);
    assertThatThrownBy(() -> sessions.open(incremental(session.id(), 2), false))
        .isInstanceOf(InvalidFetchSessionEpochException.class);
    assertThatThrownBy(() -> sessions.open(incremental(session.id(), 1), true))
        .isInstanceOf(FetchSessionTopicIdException.class);
  }

  @Test
  void fetchesWithoutASessionWhenTheClientWantsNone() {
    FetchRequestData request = full(0).setSessionEpoch(FetchMetadata.FINAL_EPOCH);

    FetchSession session = sessions.open(request, false);

    assertThat(session.id()).isEqualTo(FetchMetadata.INVALID_SESSION_ID);
    assertThat(limit.partitions()).isZero();
  }

  @Test
  void endsASessionWhenTheClientClosesIt() {
    FetchSession session = sessions.open(full(0), false);

    sessions.open(
        full().setSessionId(session.id()).setSessionEpoch(FetchMetadata.FINAL_EPOCH), false);

    assertThat(limit.partitions()).isZero();
    assertThatThrownBy(() -> sessions.open(incremental(session.id(), 1), false))
        .isInstanceOf(FetchSessionIdNotFoundException.class);
  }

  @Test
  void givesNoSessionWhenTooMuchIsRememberedAlready() {
    FetchSession large = sessions.open(full(0, 1, 2, 3, 4, 5, 6, 7), false);

    FetchSession refused = sessions.open(full(0, 1, 2), false);

    assertThat(refused.id()).isEqualTo(FetchMetadata.INVALID_SESSION_ID);
    FetchRequestData growing = incremental(large.id(), 1);
    growing.setTopics(topics(0, 10, 11, 12));
    assertThatThrownBy(() -> sessions.open(growing, false))
        .isInstanceOf(FetchSessionIdNotFoundException.class);
    assertThat(limit.partitions()).isZero();
  }

  @Test
  void forgetsEverythingWithItsConnection() {
    sessions.open(full(0, 1), false);
    sessions.open(full(2), false);

    sessions.close();

    assertThat(limit.partitions()).isZero();
  }

  private static FetchRequestData full(int... partitions) {
    return new FetchRequestData()
        .setSessionId(FetchMetadata.INVALID_SESSION_ID)
        .setSessionEpoch(FetchMetadata.INITIAL_EPOCH)
        .setTopics(topics(0, partitions));
  }

  private static FetchRequestData incremental(int id, int epoch) {
    return new FetchRequestData().setSessionId(id).setSessionEpoch(epoch);
  }

  private static List<FetchTopic> topics(long offset, int... partitions) {
    List<FetchPartition> asked = new ArrayList<>();
    for (int partition : partitions) {
      asked.add(new FetchPartition().setPartition(partition).setFetchOffset(offset));
    }
    return List.of(new FetchTopic().setTopic("t").setPartitions(asked));
  }

  private static List<Integer> partitions(FetchSession session) {
    return session.targets().stream().map(FetchTarget::partition).toList();
  }

  private static PartitionData answer(long highWatermark) {
    return new PartitionData()
        .setHighWatermark(highWatermark)
        .setLogStartOffset(0)
        .setRecords(MemoryRecords.EMPTY);
  }
}
