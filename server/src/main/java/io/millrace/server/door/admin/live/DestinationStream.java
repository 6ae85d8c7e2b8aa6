package io.millrace.server.door.admin.live;

import io.millrace.server.door.admin.model.Changes;
import io.millrace.server.door.admin.model.DestinationRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the live list of destinations to one client: everything first, then what changed. A client
 * that is slow gets fewer events, not a longer queue of them: while one is on its way, changes add
 * up.
 *
 * <p>{@link #onTick} runs on the sampling thread; sending happens on the executor.
 */
public final class DestinationStream implements LiveDestinations.Listener {
  private static final int HEARTBEAT_TICKS = 15;

  private final EventChannel channel;
  private final Executor executor;
  private final AtomicBoolean sending = new AtomicBoolean();
  private final BooleanSupplier allowed;
  private final Consumer<LiveDestinations.Listener> onEnd;
  private final AtomicBoolean ended = new AtomicBoolean();

  // Owned by the sampling thread.
  private @Nullable Map<String, DestinationRow> sent;
  private boolean missed;
  private int quietTicks;

  /**
   * @param allowed asked now and then: whether the client may go on listening
   * @param onEnd told once, when the client is gone
   */
  public DestinationStream(
      EventChannel channel,
      Executor executor,
      BooleanSupplier allowed,
      Consumer<LiveDestinations.Listener> onEnd) {
    this.channel = channel;
    this.executor = executor;
    this.allowed = allowed;
    this.onEnd = onEnd;
  }

  @Override
  public void onTick(Changes changes, Map<String, DestinationRow> all) {
    if (!channel.isOpen() || !allowed.getAsBoolean()) {
      end();
      return;
    }
    if (!sending.compareAndSet(false, true)) {
      missed = true;
      return;
    }
    Map<String, DestinationRow> before = sent;
    if (before == null) {
      sent = all;
      send("all", new Changes(List.copyOf(all.values()), List.of()));
      return;
    }
    Changes news = missed ? difference(before, all) : changes;
    missed = false;
    sent = all;
    if (!news.rows().isEmpty() || !news.removed().isEmpty()) {
      quietTicks = 0;
      send("changes", news);
    } else if (++quietTicks >= HEARTBEAT_TICKS) {
      quietTicks = 0;
      send(null, null);
    } else {
      sending.set(false);
    }
  }

  private void send(@Nullable String event, @Nullable Object data) {
    executor.execute(
        () -> {
          var stage =
              event == null || data == null ? channel.heartbeat() : channel.send(event, null, data);
          var unused =
              stage.whenComplete(
                  (ok, gone) -> {
                    if (gone != null) {
                      end();
                    }
                    sending.set(false);
                  });
        });
  }

  @Override
  public void onStop() {
    end();
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      channel.close();
      onEnd.accept(this);
    }
  }

  private static Changes difference(
      Map<String, DestinationRow> before, Map<String, DestinationRow> after) {
    List<DestinationRow> rows = new ArrayList<>();
    after.forEach(
        (name, row) -> {
          if (!row.equals(before.get(name))) {
            rows.add(row);
          }
        });
    List<String> removed =
        before.keySet().stream().filter(name -> !after.containsKey(name)).toList();
    return new Changes(rows, removed);
  }
}
