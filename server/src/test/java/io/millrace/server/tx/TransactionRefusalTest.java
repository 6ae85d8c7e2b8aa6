package io.millrace.server.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.AppendResult;
import io.millrace.log.StoreFailedException;
import io.millrace.log.StoreFullException;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A transaction that cannot be taken says why, what to do, and leaves nothing behind. */
class TransactionRefusalTest {
  private final SteppedServer server = new SteppedServer(7);
  private final Topic queue = server.createTopic(TopicSpec.queue("orders"));

  @AfterEach
  void close() {
    server.agents().kill();
  }

  private void commit(String value) {
    TxWork work =
        new TxWork(
            new TxKey(new UUID(1, 2), 1, 1),
            List.of(new TxSend(queue.partition(0), server.batch(value))),
            List.of());
    Answer<Void> answer =
        server.begin(reply -> server.broker().transactions().commit(work, false, reply));
    server.settle();
    if (!answer.isOk()) {
      throw answer.error();
    }
  }

  @Test
  void onAFullDiskItIsNotCommittedAndMayBeTriedAgain() {
    server.files().setCapacity(server.files().usedBytes());
    server.pass(1000);

    assertThatThrownBy(() -> commit("a"))
        .isInstanceOf(StoreFullException.class)
        .hasMessageContaining("nothing was committed")
        .hasMessageContaining("disk")
        .hasMessageContaining("free some space");
    assertThat(server.values(queue.partition(0))).isEmpty();

    server.files().setCapacity(Long.MAX_VALUE);
    server.pass(1000);
    commit("a");
    assertThat(server.values(queue.partition(0))).containsExactly("a");
  }

  @Test
  void behindAFailedSyncItSaysThatTheServerMustBeRestarted() {
    server.files().failSyncs(path -> true);
    server.<AppendResult>begin(
        reply -> server.broker().produce(queue.partition(0), server.batch("x"), reply));
    server.settle();

    assertThatThrownBy(() -> commit("a"))
        .isInstanceOf(StoreFailedException.class)
        .hasMessageContaining("nothing was committed")
        .hasMessageContaining("restart the server");
  }
}
