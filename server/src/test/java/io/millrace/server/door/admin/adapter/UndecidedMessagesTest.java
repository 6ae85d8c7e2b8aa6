package io.millrace.server.door.admin.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.log.LogId;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.door.admin.live.EventChannel;
import io.millrace.server.door.admin.live.Tail;
import io.millrace.server.door.admin.message.MessageBrowser;
import io.millrace.server.door.admin.model.Body;
import io.millrace.server.door.admin.model.Message;
import io.millrace.server.door.admin.model.MessagePage;
import io.millrace.server.testing.SteppedServer;
import io.millrace.server.testing.TransactionWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the console shows of Kafka transactions. */
class UndecidedMessagesTest {
  private final SteppedServer server = new SteppedServer(6);
  private final LogId partition = server.createTopic(TopicSpec.topic("t", 1)).partition(0);
  private final TransactionWriter producer =
      new TransactionWriter(server.view(partition), 1, server.agents().clock());
  private final BrokerAdapter broker =
      new BrokerAdapter(
          server.broker(),
          () -> fail("nobody asks about the server"),
          password -> fail("nobody sets a password"),
          Runnable::run);
  private final MessageBrowser browser = new MessageBrowser(broker, Runnable::run);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void showsNothingOfATransactionThatIsNotCommitted() {
    producer.send("x");
    producer.abort();
    server.produce(partition, "a");
    producer.send("b");
    server.produce(partition, "c");

    MessagePage before = page(0);
    assertThat(texts(before.messages())).containsExactly("a");
    assertThat(before.endOffset()).isEqualTo(3);
    assertThat(before.nextOffset()).isEqualTo(3);
    assertThat(texts(page(1).messages())).containsExactly("a");

    producer.commit();
    server.settle();

    MessagePage after = page(0);
    assertThat(texts(after.messages())).containsExactly("a", "b", "c");
    assertThat(after.endOffset()).isEqualTo(6);
    assertThat(after.nextOffset()).isEqualTo(6);
  }

  @Test
  void aTailGoesOnWhenTheTransactionIsDecided() {
    server.produce(partition, "before");
    producer.send("a");
    server.settle();
    Shown shown = new Shown();
    Tail tail =
        new Tail(
            broker,
            browser,
            shown,
            "t",
            0,
            server.view(partition).highWatermark(),
            () -> true,
            ended -> {});
    tail.startAtEnd();
    server.produce(partition, "b");
    assertThat(texts(shown.messages)).isEmpty();

    producer.commit();
    server.settle();
    assertThat(texts(shown.messages)).containsExactly("a", "b");

    producer.send("x");
    producer.abort();
    server.produce(partition, "c");
    assertThat(texts(shown.messages)).containsExactly("a", "b", "c");
    tail.onStop();
  }

  private MessagePage page(long offset) {
    CompletableFuture<MessagePage> page =
        browser.page("t", 0, offset, 10, 100).toCompletableFuture();
    server.settle();
    return page.join();
  }

  private static List<String> texts(List<Message> messages) {
    return messages.stream()
        .map(
            message -> {
              Body body = message.body();
              return body == null ? "" : body.data();
            })
        .toList();
  }

  /** A client that takes everything at once. */
  private static final class Shown implements EventChannel {
    final List<Message> messages = new ArrayList<>();

    @Override
    public CompletionStage<?> send(String event, @Nullable String id, Object data) {
      messages.add((Message) data);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> heartbeat() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // There is nothing to give back.
    }
  }
}
