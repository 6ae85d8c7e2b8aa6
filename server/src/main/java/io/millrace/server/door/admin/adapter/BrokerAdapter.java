package io.millrace.server.door.admin.adapter;

import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.log.LogSlice;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicKind;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.door.admin.port.AdminBroker;
import io.millrace.server.door.admin.port.DestinationKind;
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
import io.millrace.server.partition.Isolation;
import io.millrace.server.partition.OffsetWait;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.security.user.ScramCredential;
import io.millrace.server.security.user.UserChange;
import io.millrace.server.shard.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** The broker, for the admin door. Any thread. */
public final class BrokerAdapter implements AdminBroker {
  /** Partitions that are not open yet are opened a few at a time, to be counted in the list. */
  private static final int OPENED_AT_ONCE = 64;

  private final Broker broker;
  private final Supplier<ServerFacts> facts;
  private final Executor executor;
  private final GroupsAdapter groups;
  private final UsersAdapter users;
  private final CursorFigures cursors;

  /**
   * @param facts what the server says about itself
   * @param credentials makes those of a password, which takes its time
   * @param executor for reads that wait for a disk, and for that
   */
  public BrokerAdapter(
      Broker broker,
      Supplier<ServerFacts> facts,
      Function<String, List<ScramCredential>> credentials,
      Executor executor) {
    this.users = new UsersAdapter(broker.security(), credentials, executor);
    this.broker = broker;
    this.facts = facts;
    this.executor = executor;
    this.groups = new GroupsAdapter(broker);
    this.cursors = new CursorFigures(broker.cursors()::stats);
  }

  @Override
  public ServerFacts server() {
    return facts.get();
  }

  @Override
  public Collection<DestinationStats> destinations() {
    cursors.refresh();
    List<DestinationStats> all = new ArrayList<>();
    int mayOpen = OPENED_AT_ONCE;
    for (Topic topic : broker.catalog().topics()) {
      for (int p = 0; p < topic.partitions() && mayOpen > 0; p++) {
        LogId id = topic.partition(p);
        if (broker.partition(id) == null) {
          mayOpen--;
          broker.openPartition(id, ignored());
        }
      }
      all.add(stats(topic));
    }
    return all;
  }

  /** A partition that cannot be opened now is asked for again a second later. */
  private static Reply<PartitionView> ignored() {
    return new Reply<>() {
      @Override
      public void ok(PartitionView view) {
        // It is counted from now on.
      }

      @Override
      public void fail(RuntimeException error) {
        // It says so itself; the list shows it empty.
      }
    };
  }

  @Override
  public Optional<DestinationStats> destination(String name) {
    return Optional.ofNullable(broker.catalog().find(name)).map(this::stats);
  }

  private DestinationStats stats(Topic topic) {
    List<PartitionStats> partitions = new ArrayList<>(topic.partitions());
    long recordsIn = 0;
    long bytesIn = 0;
    long bytesOut = 0;
    for (int p = 0; p < topic.partitions(); p++) {
      PartitionView view = broker.partition(topic.partition(p));
      if (view == null) {
        partitions.add(new PartitionStats(p, 0, 0, 0));
      } else {
        partitions.add(
            new PartitionStats(p, view.startOffset(), view.highWatermark(), view.sizeInBytes()));
        recordsIn += view.counters().recordsIn();
        bytesIn += view.counters().bytesIn();
        bytesOut += view.counters().bytesOut();
      }
    }
    CursorFigures.Figures figures = cursors.of(topic.id());
    return new DestinationStats(
        topic.name(),
        topic.id(),
        kind(topic.kind()),
        partitions,
        figures.isQueue() || topic.kind().isQueue()
            ? new QueueStats(
                Math.max(0, unsettled(partitions, figures) - figures.inFlight()),
                figures.inFlight())
            : null,
        figures.consumers(),
        recordsIn,
        figures.delivered(),
        bytesIn,
        bytesOut,
        broker.catalog().configs().durability(topic));
  }

  /** What the queue's cursor has not settled; where there is none yet, everything. */
  private static long unsettled(List<PartitionStats> partitions, CursorFigures.Figures figures) {
    long sum = 0;
    for (PartitionStats partition : partitions) {
      sum +=
          figures
              .queuePart(partition.partition())
              .map(part -> part.depth(partition.endOffset()))
              .orElse(partition.endOffset() - partition.startOffset());
    }
    return sum;
  }

  private static DestinationKind kind(TopicKind kind) {
    return switch (kind) {
      case QUEUE -> DestinationKind.QUEUE;
      case TOPIC -> DestinationKind.TOPIC;
      case TEMPORARY_QUEUE -> DestinationKind.TEMPORARY_QUEUE;
      case TEMPORARY_TOPIC -> DestinationKind.TEMPORARY_TOPIC;
    };
  }

  @Override
  public CompletionStage<DestinationStats> create(NewDestination destination) {
    TopicSpec spec =
        new TopicSpec(
            destination.name(),
            destination.kind() == DestinationKind.QUEUE ? TopicKind.QUEUE : TopicKind.TOPIC,
            destination.partitions(),
            destination.config(),
            null);
    return Futures.<Topic>ask(reply -> broker.createTopic(spec, reply)).thenApply(this::stats);
  }

  @Override
  public CompletionStage<Void> delete(String name) {
    Topic topic = broker.catalog().find(name);
    if (topic == null) {
      return CompletableFuture.failedFuture(unknown(name));
    }
    return Futures.<Topic>ask(reply -> broker.deleteTopic(topic.id(), reply))
        .thenAccept(deleted -> {});
  }

  @Override
  public CompletionStage<Long> append(String name, int partition, ByteBuffer batch) {
    return id(name, partition)
        .thenCompose(id -> Futures.<AppendResult>ask(reply -> broker.produce(id, batch, reply)))
        .thenApply(AppendResult::baseOffset);
  }

  @Override
  public CompletionStage<RecordChunk> read(String name, int partition, long offset, int maxBytes) {
    return id(name, partition)
        .thenCompose(id -> Futures.<PartitionView>ask(reply -> broker.openPartition(id, reply)))
        .thenComposeAsync(view -> read(view, offset, maxBytes), executor);
  }

  private CompletionStage<RecordChunk> read(PartitionView view, long offset, int maxBytes) {
    long start = view.startOffset();
    long end = view.lastStableOffset();
    long from = Math.min(Math.max(offset, start), end);
    if (from >= end) {
      return CompletableFuture.completedFuture(
          new RecordChunk(
              view.id().group(), start, end, ByteBuffer.allocate(0), AbortedBatches.NONE));
    }
    return view.read(from, maxBytes, end)
        .thenApplyAsync(
            slice -> {
              ByteBuffer batches = bytes(slice);
              return new RecordChunk(
                  view.id().group(),
                  start,
                  end,
                  batches,
                  AbortedBatches.among(batches, from, view.log()));
            },
            executor);
  }

  /** A copy: the slice must be closed soon, and a person looks for long. */
  private static ByteBuffer bytes(LogSlice slice) {
    try (slice) {
      ByteBuffer bytes = slice.bytes();
      return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read from the log", e);
    }
  }

  @Override
  public Runnable await(String name, int partition, long offset, Runnable callback) {
    Topic topic = broker.catalog().find(name);
    PartitionView view =
        topic == null || !topic.hasPartition(partition)
            ? null
            : broker.partition(topic.partition(partition));
    Runnable elsewhere = () -> executor.execute(callback);
    if (view == null) {
      elsewhere.run();
      return () -> {};
    }
    OffsetWait wait = view.await(offset, Isolation.READ_COMMITTED, elsewhere);
    return wait::cancel;
  }

  @Override
  public CompletionStage<List<GroupSummary>> groups() {
    return groups.list();
  }

  @Override
  public CompletionStage<GroupDetail> group(String id) {
    return groups.describe(id);
  }

  @Override
  public CompletionStage<Void> deleteGroup(String id) {
    return groups.delete(id);
  }

  @Override
  public Collection<UserSummary> users() {
    return users.all();
  }

  @Override
  public CompletionStage<UserSummary> addUser(String name, String password) {
    return users.set(name, password, UserChange.Condition.NEW);
  }

  @Override
  public CompletionStage<UserSummary> setPassword(String name, String password) {
    return users.set(name, password, UserChange.Condition.KNOWN);
  }

  @Override
  public CompletionStage<Void> deleteUser(String name) {
    return users.delete(name);
  }

  private CompletionStage<LogId> id(String name, int partition) {
    Topic topic = broker.catalog().find(name);
    if (topic == null) {
      return CompletableFuture.failedFuture(unknown(name));
    }
    if (!topic.hasPartition(partition)) {
      return CompletableFuture.failedFuture(
          new RefusedException(
              Reason.NOT_FOUND,
              "'"
                  + name
                  + "' has no partition "
                  + partition
                  + "; it has "
                  + topic.partitions()
                  + ", counted from 0."));
    }
    return CompletableFuture.completedFuture(topic.partition(partition));
  }

  private static RefusedException unknown(String name) {
    return new RefusedException(
        Reason.NOT_FOUND, "There is no queue or topic named '" + name + "'.");
  }
}
