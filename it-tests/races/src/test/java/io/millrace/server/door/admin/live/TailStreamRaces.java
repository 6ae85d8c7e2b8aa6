package io.millrace.server.door.admin.live;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import io.millrace.server.door.admin.message.MessageBrowser;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.DestinationStats;
import io.millrace.server.door.admin.port.GroupDetail;
import io.millrace.server.door.admin.port.GroupSummary;
import io.millrace.server.door.admin.port.NewDestination;
import io.millrace.server.door.admin.port.RecordChunk;
import io.millrace.server.door.admin.port.ServerFacts;
import io.millrace.server.door.admin.port.UserSummary;
import io.millrace.server.partition.AbortedBatches;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** {@link Tail}: a stream that has ended waits for nothing, so that it takes nobody's place. */
public final class TailStreamRaces {
  private TailStreamRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("a stream that ends while it begins waits for nothing", 30, TailStreamRaces::ends),
        new Race(
            "a stream that ends while a record comes waits for nothing",
            30,
            TailStreamRaces::record));
  }

  private static Tail tail(Partition partition, AtomicInteger ends) {
    return new Tail(
        partition,
        new MessageBrowser(partition, Runnable::run),
        new Silent(),
        "test",
        0,
        0,
        () -> true,
        ended -> ends.incrementAndGet());
  }

  private static void ends() {
    Partition partition = new Partition();
    AtomicInteger ends = new AtomicInteger();
    Tail tail = tail(partition, ends);
    together(() -> tail.start(), () -> tail.onStop());
    check(ends.get() == 1, "it ends once");
    check(partition.waiting.get() == 0, "nobody waits");
  }

  /** Several wait in turn: the end finds the last of them. */
  private static void record() {
    Partition partition = new Partition();
    AtomicInteger ends = new AtomicInteger();
    Tail tail = tail(partition, ends);
    together(() -> tail.start(), () -> partition.append());
    tail.onStop();
    check(ends.get() == 1, "it ends once");
    check(partition.waiting.get() == 0, "nobody waits");
  }

  /** A partition of which only waiting is of interest: it has nothing to read. */
  private static final class Partition implements AdminBroker {
    final AtomicInteger waiting = new AtomicInteger();
    private @Nullable Runnable waiter;
    private boolean passed;

    @Override
    public Runnable await(String name, int partition, long offset, Runnable callback) {
      AtomicBoolean ended = new AtomicBoolean();
      waiting.incrementAndGet();
      Runnable wake =
          () -> {
            if (ended.compareAndSet(false, true)) {
              waiting.decrementAndGet();
              callback.run();
            }
          };
      boolean atOnce;
      synchronized (this) {
        atOnce = passed;
        passed = false;
        waiter = wake;
      }
      if (atOnce) {
        wake.run();
      }
      return () -> {
        if (ended.compareAndSet(false, true)) {
          waiting.decrementAndGet();
        }
      };
    }

    /** Wakes who waits, or the next one who does. */
    void append() {
      Runnable woken;
      synchronized (this) {
        woken = waiter;
        passed = woken == null;
      }
      if (woken != null) {
        woken.run();
      }
    }

    @Override
    public CompletionStage<RecordChunk> read(
        String name, int partition, long offset, int maxBytes) {
      return CompletableFuture.completedFuture(
          new RecordChunk(new UUID(0, 1), 0, 0, ByteBuffer.allocate(0), AbortedBatches.NONE));
    }

    private static UnsupportedOperationException unused() {
      return new UnsupportedOperationException("not asked by a tail");
    }

    @Override
    public Collection<UserSummary> users() {
      throw unused();
    }

    @Override
    public CompletionStage<UserSummary> addUser(String name, String password) {
      throw unused();
    }

    @Override
    public CompletionStage<UserSummary> setPassword(String name, String password) {
      throw unused();
    }

    @Override
    public CompletionStage<Void> deleteUser(String name) {
      throw unused();
    }

    @Override
    public ServerFacts server() {
      throw unused();
    }

    @Override
    public Collection<DestinationStats> destinations() {
      throw unused();
    }

    @Override
    public Optional<DestinationStats> destination(String name) {
      throw unused();
    }

    @Override
    public CompletionStage<DestinationStats> create(NewDestination destination) {
      throw unused();
    }

    @Override
    public CompletionStage<Void> delete(String name) {
      throw unused();
    }

    @Override
    public CompletionStage<Long> append(String name, int partition, ByteBuffer batch) {
      throw unused();
    }

    @Override
    public CompletionStage<List<GroupSummary>> groups() {
      throw unused();
    }

    @Override
    public CompletionStage<GroupDetail> group(String id) {
      throw unused();
    }

    @Override
    public CompletionStage<Void> deleteGroup(String id) {
      throw unused();
    }
  }

  /** A client that takes everything at once. */
  private static final class Silent implements EventChannel {
    @Override
    public CompletionStage<?> send(String event, @Nullable String id, Object data) {
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
    public void close() {}
  }
}
