package io.millrace.server.door.admin.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.CursorStats;
import io.millrace.server.shard.Reply;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CursorFiguresTest {
  private static final UUID TOPIC = new UUID(0, 7);

  private final Deque<Reply<List<CursorStats>>> asked = new ArrayDeque<>();
  private Consumer<Reply<List<CursorStats>>> shards = asked::add;
  private final CursorFigures figures = new CursorFigures(reply -> shards.accept(reply));

  @BeforeEach
  void ask() {
    figures.refresh();
    assertThat(asked).hasSize(1);
  }

  @Test
  void asksNobodyTwiceBeforeTheAnswer() {
    // when
    figures.refresh();

    // then
    assertThat(asked).hasSize(1);

    // when
    asked.remove().ok(List.of(withConsumers(2)));
    figures.refresh();

    // then
    assertThat(asked).hasSize(1);
    assertThat(figures.of(TOPIC).consumers()).isEqualTo(2);
  }

  @Test
  void showsWhatWasKnownLastWhenAShardFailsAndAsksAgain() {
    // given
    asked.remove().ok(List.of(withConsumers(2)));
    figures.refresh();

    // when
    asked.remove().fail(new IllegalStateException("the shard failed"));
    figures.refresh();

    // then
    assertThat(figures.of(TOPIC).consumers()).isEqualTo(2);
    assertThat(asked).hasSize(1);
  }

  @Test
  void asksAgainWhenAskingItselfFailed() {
    // given
    asked.remove().ok(List.of());
    shards =
        reply -> {
          throw new IllegalStateException("the mailbox is closed");
        };
    assertThatThrownBy(figures::refresh).hasMessage("the mailbox is closed");

    // when
    shards = asked::add;
    figures.refresh();

    // then
    assertThat(asked).hasSize(1);
  }

  private static CursorStats withConsumers(int consumers) {
    CursorKey queue = new CursorKey(TOPIC, 0, CursorKey.QUEUE);
    return new CursorStats(queue, 0, 0, 0, 0, consumers, 0, 0, 0, 0, 0);
  }
}
