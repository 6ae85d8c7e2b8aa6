package io.millrace.server.cursor;

import io.millrace.kernel.Failures;
import io.millrace.log.LogId;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.partition.Partition;
import io.millrace.server.partition.PartitionListener;
import io.millrace.server.partition.PartitionView;
import io.millrace.server.partition.Partitions;
import io.millrace.server.partition.RetentionHold;
import io.millrace.server.shard.Shard;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The logs of the shard's own partitions. The shard's thread. */
public final class PartitionLogs implements CursorLogs {
  private final Shard<?> shard;
  private final Partitions partitions;
  private final CatalogView catalog;
  private final Executor blocking;
  private final long retryMs;
  private final Map<Listener, Link> links = new HashMap<>();

  /**
   * @param retryMs pause before a partition that could not be opened is tried again, in
   *     milliseconds
   */
  public PartitionLogs(
      Shard<?> shard, Partitions partitions, CatalogView catalog, Executor blocking, long retryMs) {
    this.shard = shard;
    this.partitions = partitions;
    this.catalog = catalog;
    this.blocking = blocking;
    this.retryMs = retryMs;
  }

  @Override
  public void open(LogId id, Listener listener) {
    Link link = new Link(id, listener);
    links.put(listener, link);
    link.open();
  }

  @Override
  public void close(LogId id, Listener listener) {
    Link link = links.remove(listener);
    if (link != null) {
      link.close();
    }
  }

  @Override
  public void findEnd(LogId id, LongConsumer end, Consumer<RuntimeException> fail) {
    partitions.open(id, partition -> end.accept(partition.view().lastStableOffset()), fail);
  }

  @Override
  public Runnable hold(LogId id, LongSupplier floor) {
    RetentionHold hold = floor::getAsLong;
    partitions.hold(id, hold);
    return () -> partitions.release(id, hold);
  }

  @Override
  public boolean exists(LogId id) {
    Topic topic = catalog.find(id.group());
    return topic != null && topic.hasPartition(id.index());
  }

  @Override
  public String nameOf(LogId id) {
    Topic topic = catalog.find(id.group());
    return (topic == null ? "deleted topic " + id.group() : topic.name()) + "-" + id.index();
  }

  @Override
  public int maxDeliveryAttempts(LogId id) {
    Topic topic = catalog.find(id.group());
    return topic == null
        ? 0
        : (int) catalog.configs().number(topic, TopicConfigKeys.MAX_DELIVERY_ATTEMPTS);
  }

  @Override
  public Executor blocking() {
    return blocking;
  }

  /** One listener at its partition. */
  private final class Link implements PartitionListener {
    private final LogId id;
    private final Listener listener;
    private @Nullable Partition partition;
    private boolean closed;

    Link(LogId id, Listener listener) {
      this.id = id;
      this.listener = listener;
    }

    void open() {
      partitions.open(
          id,
          opened -> {
            if (!closed) {
              partition = opened;
              opened.addListener(this);
              listener.onOpen(opened.view().log());
            }
          },
          error -> {
            if (closed) {
              return;
            }
            if (error instanceof CatalogException) {
              onDeleted();
              return;
            }
            Failures.report("opening partition " + id + " for a cursor", error);
            shard
                .timers()
                .after(
                    retryMs,
                    () -> {
                      if (!closed) {
                        open();
                      }
                    });
          });
    }

    void close() {
      closed = true;
      Partition from = partition;
      if (from != null) {
        // Not now: the partition may just be telling its listeners.
        shard.event(() -> from.removeListener(this));
      }
    }

    @Override
    public void onAdvance(long lastStableOffset) {
      if (!closed) {
        listener.onAdvance(lastStableOffset);
      }
    }

    @Override
    public void onReopened(PartitionView view) {
      if (!closed) {
        listener.onOpen(view.log());
      }
    }

    @Override
    public void onDeleted() {
      if (!closed) {
        links.remove(listener);
        closed = true;
        listener.onDeleted();
      }
    }
  }
}
