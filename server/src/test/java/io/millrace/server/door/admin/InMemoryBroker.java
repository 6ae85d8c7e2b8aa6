package io.millrace.server.door.admin;

import io.millrace.batch.RecordBatchView;
import io.millrace.log.Durability;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.DestinationStats;
import io.millrace.server.door.admin.port.GroupDetail;
import io.millrace.server.door.admin.port.GroupSummary;
import io.millrace.server.door.admin.port.NewDestination;
import io.millrace.server.door.admin.port.PartitionStats;
import io.millrace.server.door.admin.port.QueueStats;
import io.millrace.server.door.admin.port.RecordChunk;
import io.millrace.server.door.admin.port.RefusedException;
import io.millrace.server.door.admin.port.RefusedException.Reason;
import io.millrace.server.door.admin.port.ServerFacts;
import io.millrace.server.door.admin.port.UserSummary;
import io.millrace.server.partition.AbortedBatches;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A broker in memory, for tests of HTTP: real batches, no shards and no store. Any thread. */
class InMemoryBroker implements AdminBroker {
  private record Wait(long offset, Runnable callback) {}

  private static final class Log {
    final List<ByteBuffer> batches = new ArrayList<>();
    final List<Wait> waits = new ArrayList<>();
    long end;
    long bytes;
  }

  private record Entry(NewDestination spec, UUID id, List<Log> logs) {}

  private final Map<String, Entry> entries = new TreeMap<>();
  private final Map<String, UserSummary> users = new TreeMap<>();
  private @Nullable RuntimeException failure;

  /** From now on everything that can fail does. */
  synchronized void failWith(@Nullable RuntimeException error) {
    failure = error;
  }

  @Override
  public ServerFacts server() {
    return new ServerFacts("1.2.3", "cluster", 0, "127.0.0.1:9092", "/data", 8, 1000);
  }

  @Override
  public synchronized Collection<DestinationStats> destinations() {
    return entries.values().stream().map(InMemoryBroker::stats).toList();
  }

  @Override
  public synchronized Optional<DestinationStats> destination(String name) {
    return Optional.ofNullable(entries.get(name)).map(InMemoryBroker::stats);
  }

  private static DestinationStats stats(Entry entry) {
    List<PartitionStats> partitions = new ArrayList<>();
    for (Log log : entry.logs()) {
      partitions.add(new PartitionStats(partitions.size(), 0, log.end, log.bytes));
    }
    long messages = entry.logs().stream().mapToLong(log -> log.end).sum();
    long bytes = entry.logs().stream().mapToLong(log -> log.bytes).sum();
    boolean queue = entry.spec().kind().label().endsWith("queue");
    return new DestinationStats(
        entry.spec().name(),
        entry.id(),
        entry.spec().kind(),
        partitions,
        queue ? new QueueStats(messages, 0) : null,
        0,
        messages,
        0,
        bytes,
        0,
        Durability.FSYNC);
  }

  @Override
  public synchronized CompletionStage<DestinationStats> create(NewDestination destination) {
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    if (entries.containsKey(destination.name())) {
      return CompletableFuture.failedFuture(
          new RefusedException(Reason.CONFLICT, "There is one of that name already."));
    }
    List<Log> logs = new ArrayList<>();
    for (int i = 0; i < destination.partitions(); i++) {
      logs.add(new Log());
    }
    Entry entry = new Entry(destination, new UUID(7, entries.size()), logs);
    entries.put(destination.name(), entry);
    return CompletableFuture.completedFuture(stats(entry));
  }

  @Override
  public synchronized CompletionStage<Void> delete(String name) {
    return entries.remove(name) == null
        ? CompletableFuture.failedFuture(notFound(name))
        : CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Long> append(String name, int partition, ByteBuffer batch) {
    List<Runnable> ready = new ArrayList<>();
    long base;
    synchronized (this) {
      if (failure != null) {
        return CompletableFuture.failedFuture(failure);
      }
      Log log = log(name, partition);
      RecordBatchView view = new RecordBatchView().wrap(batch, batch.position());
      base = log.end;
      view.setBaseOffset(base);
      log.end = view.nextOffset();
      log.bytes += view.sizeInBytes();
      log.batches.add(batch);
      log.waits.removeIf(
          wait -> {
            boolean done = wait.offset() < log.end;
            if (done) {
              ready.add(wait.callback());
            }
            return done;
          });
    }
    ready.forEach(Runnable::run);
    return CompletableFuture.completedFuture(base);
  }

  @Override
  public synchronized CompletionStage<RecordChunk> read(
      String name, int partition, long offset, int maxBytes) {
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    Entry entry = entries.get(name);
    if (entry == null) {
      return CompletableFuture.failedFuture(notFound(name));
    }
    Log log = log(name, partition);
    ByteBuffer found = ByteBuffer.allocate(0);
    for (ByteBuffer batch : log.batches) {
      RecordBatchView view = new RecordBatchView().wrap(batch, batch.position());
      if (view.nextOffset() > offset && found.limit() + view.sizeInBytes() <= maxBytes) {
        found =
            ByteBuffer.allocate(found.limit() + view.sizeInBytes())
                .put(found.rewind())
                .put(batch.duplicate())
                .flip();
      }
    }
    return CompletableFuture.completedFuture(
        new RecordChunk(entry.id(), 0, log.end, found, AbortedBatches.NONE));
  }

  @Override
  public Runnable await(String name, int partition, long offset, Runnable callback) {
    synchronized (this) {
      Log log = log(name, partition);
      if (log.end <= offset) {
        Wait wait = new Wait(offset, callback);
        log.waits.add(wait);
        return () -> {
          synchronized (this) {
            log.waits.remove(wait);
          }
        };
      }
    }
    callback.run();
    return () -> {};
  }

  private Log log(String name, int partition) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw notFound(name);
    }
    return entry.logs().get(partition);
  }

  private static RefusedException notFound(String name) {
    return new RefusedException(Reason.NOT_FOUND, "There is no queue or topic '" + name + "'.");
  }

  @Override
  public CompletionStage<List<GroupSummary>> groups() {
    return CompletableFuture.completedFuture(
        List.of(
            new GroupSummary("readers", "Empty", "consumer"),
            new GroupSummary("billing", "Stable", "consumer")));
  }

  @Override
  public CompletionStage<GroupDetail> group(String id) {
    return CompletableFuture.completedFuture(
        new GroupDetail(id, "Empty", "consumer", "range", List.of(), List.of()));
  }

  @Override
  public CompletionStage<Void> deleteGroup(String id) {
    return CompletableFuture.failedFuture(
        new RefusedException(Reason.CONFLICT, "Group '" + id + "' has members."));
  }

  @Override
  public synchronized Collection<UserSummary> users() {
    return List.copyOf(users.values());
  }

  @Override
  public synchronized CompletionStage<UserSummary> addUser(String name, String password) {
    UserSummary user = new UserSummary(name, List.of("SCRAM-SHA-256", "SCRAM-SHA-512"));
    return users.putIfAbsent(name, user) == null
        ? CompletableFuture.completedFuture(user)
        : CompletableFuture.failedFuture(
            new RefusedException(Reason.CONFLICT, "There is already a user."));
  }

  @Override
  public synchronized CompletionStage<UserSummary> setPassword(String name, String password) {
    UserSummary user = users.get(name);
    return user == null
        ? CompletableFuture.failedFuture(new RefusedException(Reason.NOT_FOUND, "No such user."))
        : CompletableFuture.completedFuture(user);
  }

  @Override
  public synchronized CompletionStage<Void> deleteUser(String name) {
    return users.remove(name) == null
        ? CompletableFuture.failedFuture(new RefusedException(Reason.NOT_FOUND, "No such user."))
        : CompletableFuture.completedFuture(null);
  }
}
