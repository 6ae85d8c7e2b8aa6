package io.millrace.server.door.admin.live;

import io.millrace.server.door.admin.message.MessageBrowser;
import io.millrace.server.door.admin.model.Changes;
import io.millrace.server.door.admin.model.DestinationRow;
import io.millrace.server.door.admin.model.Message;
import io.millrace.server.door.admin.model.MessagePage;
import io.millrace.server.door.admin.port.AdminBroker;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the end of a partition for one client: each new message is an event whose id is its
 * offset, so that a broken stream goes on exactly where it was. A client that cannot keep up is
 * told which offsets were left out, instead of falling behind for ever.
 *
 * <p>One step at a time: wait for a record, read a page, send its messages, wait again.
 */
public final class Tail implements LiveDestinations.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Tail.class);
  private static final int PAGE = 100;
  private static final int BODY_LIMIT = 4096;
  private static final long FURTHEST_BEHIND = 2000;
  private static final int HEARTBEAT_TICKS = 15;

  private final AdminBroker broker;
  private final MessageBrowser browser;
  private final EventChannel channel;
  private final BooleanSupplier allowed;
  private final Consumer<LiveDestinations.Listener> onEnd;
  private final String name;
  private final int partition;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicBoolean sending = new AtomicBoolean();

  private long next;

  // Which wait is the latest, and how it is taken back. Guarded by this.
  private int waits;
  private @Nullable Runnable wish;

  // Owned by the sampling thread.
  private int ticks;

  /**
   * @param from the first offset to send
   * @param allowed asked now and then: whether the client may go on listening
   * @param onEnd told once, when the stream has ended
   */
  public Tail(
      AdminBroker broker,
      MessageBrowser browser,
      EventChannel channel,
      String name,
      int partition,
      long from,
      BooleanSupplier allowed,
      Consumer<LiveDestinations.Listener> onEnd) {
    this.broker = broker;
    this.browser = browser;
    this.channel = channel;
    this.name = name;
    this.partition = partition;
    this.next = from;
    this.allowed = allowed;
    this.onEnd = onEnd;
  }

  /** Begins at the offset, there already or not. */
  public void start() {
    awaitNext();
  }

  /**
   * Begins at the offset, or before it where what can be shown ends now: the messages of a Kafka
   * transaction that is open now come when it is committed.
   */
  public void startAtEnd() {
    readNext();
  }

  /** Notices that the client is gone although nothing happens in the partition. */
  @Override
  public void onTick(Changes changes, Map<String, DestinationRow> all) {
    if (!channel.isOpen() || !allowed.getAsBoolean()) {
      end();
    } else if (++ticks % HEARTBEAT_TICKS == 0 && sending.compareAndSet(false, true)) {
      var unused =
          channel
              .heartbeat()
              .whenComplete(
                  (ok, gone) -> {
                    sending.set(false);
                    if (gone != null) {
                      end();
                    }
                  });
    }
  }

  private void awaitNext() {
    if (ended.get()) {
      return;
    }
    int number;
    synchronized (this) {
      number = ++waits;
    }
    Runnable cancel;
    try {
      cancel = broker.await(name, partition, next, this::readNext);
    } catch (RuntimeException refused) {
      // Too many wait already, or the destination is gone. The client may come back.
      LOG.debug("the tail of {}-{} ends: {}", name, partition, refused.getMessage());
      end();
      return;
    }
    synchronized (this) {
      // A record may have come at once, and the wait for the next one have begun already.
      if (number == waits) {
        wish = cancel;
      }
    }
    if (ended.get()) {
      // Who ended the stream may not have seen this wait.
      cancel.run();
    }
  }

  private void readNext() {
    if (ended.get()) {
      return;
    }
    var unused =
        browser
            .page(name, partition, next, PAGE, BODY_LIMIT)
            .thenCompose(this::sendPage)
            .whenComplete(
                (ok, failed) -> {
                  if (failed != null || !channel.isOpen()) {
                    end();
                  } else {
                    awaitNext();
                  }
                });
  }

  private CompletionStage<?> sendPage(MessagePage page) {
    next = page.nextOffset();
    CompletionStage<?> sent = sendAll(page.messages().iterator());
    long behind = page.endOffset() - next;
    if (behind <= FURTHEST_BEHIND) {
      return sent;
    }
    long from = next;
    next = page.endOffset() - PAGE;
    return sent.thenCompose(
        ok -> channel.send("skipped", null, Map.of("from", from, "to", page.endOffset() - PAGE)));
  }

  private CompletionStage<?> sendAll(Iterator<Message> messages) {
    CompletionStage<?> sent = CompletableFuture.completedFuture(null);
    while (messages.hasNext()) {
      Message message = messages.next();
      sent =
          sent.thenCompose(ok -> channel.send("message", Long.toString(message.offset()), message));
    }
    return sent;
  }

  @Override
  public void onStop() {
    end();
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      Runnable waiting;
      synchronized (this) {
        waiting = wish;
      }
      if (waiting != null) {
        waiting.run();
      }
      channel.close();
      onEnd.accept(this);
    }
  }
}
