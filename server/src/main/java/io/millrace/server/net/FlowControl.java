package io.millrace.server.net;

import io.millrace.kernel.Clock;
import io.millrace.kernel.Timers;
import io.netty.channel.Channel;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Decides whether one connection is read from. Reading goes on only while nothing speaks against
 * it: too much in the works, a peer that does not take its answers, no memory, or the door's own
 * reasons. Used on the connection's event loop only.
 */
public final class FlowControl {

  /** Why reading may be stopped. */
  public enum Reason {
    /** Requests in the works have reached the connection's limits. */
    IN_FLIGHT,
    /** The peer does not take its answers. */
    SLOW_READER,
    /** All connections together hold too much. */
    MEMORY,
    /** The door asked for it. */
    DOOR,
    /** The client uses more than its quota. */
    THROTTLED,
    /** The server stops. */
    SHUTDOWN
  }

  private final Channel channel;
  private final NetConfig config;
  private final RequestMemory memory;
  private final Timers timers;
  private final Clock clock;
  private final Runnable onShortage;
  private Runnable onResume = () -> {};
  private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
  private int requests;
  private long bytes;
  private long largeBytes;
  private boolean impatient;
  private boolean receiving;
  private long receivingSinceNs;
  private boolean finishing;
  private boolean closed;

  /**
   * For a connection that has sent nothing yet.
   *
   * @param onShortage run while this connection has waited long for memory
   */
  FlowControl(
      Channel channel,
      NetConfig config,
      RequestMemory memory,
      Timers timers,
      Clock clock,
      Runnable onShortage) {
    this.channel = channel;
    this.config = config;
    this.memory = memory;
    this.timers = timers;
    this.clock = clock;
    this.onShortage = onShortage;
  }

  /** What to do when reading goes on, beside reading: handling input that was held back. */
  void onResume(Runnable action) {
    onResume = action;
  }

  /** Whether anything speaks against reading. */
  public boolean isPaused() {
    return !reasons.isEmpty();
  }

  /** Requests that were read and are not ended. */
  public int requestsInFlight() {
    return requests;
  }

  /** Whether a request is waited for rather than worked on. */
  boolean waitsForPeer() {
    return (requests == 0 || receiving) && !reasons.contains(Reason.THROTTLED);
  }

  public void pause(Reason reason) {
    if (reasons.add(reason) && reasons.size() == 1) {
      channel.config().setAutoRead(false);
    }
  }

  public void resume(Reason reason) {
    if (reasons.remove(reason) && reasons.isEmpty() && !closed) {
      onResume.run();
      if (reasons.isEmpty() && !closed) {
        channel.config().setAutoRead(true);
      }
    }
  }

  /**
   * Takes the bytes of a request that is about to be received. When the server has none left,
   * reading is paused and goes on when there are some.
   */
  boolean admit(int requestBytes) {
    MemoryBudget budget = memory.of(requestBytes);
    if (!budget.tryAcquire(requestBytes)) {
      pause(Reason.MEMORY);
      budget.onRelease(requestBytes, this::memoryFreed);
      loseMorePatience();
      return false;
    }
    requests++;
    bytes += requestBytes;
    largeBytes += large(requestBytes);
    receiving = true;
    receivingSinceNs = clock.nanoTime();
    return true;
  }

  private void loseMorePatience() {
    if (!impatient) {
      impatient = true;
      timers.after(
          config.patienceMs(),
          () -> {
            impatient = false;
            if (reasons.contains(Reason.MEMORY) && !closed) {
              onShortage.run();
              loseMorePatience();
            }
          });
    }
  }

  /** Whether a request has been arriving for so long that others should not have to wait for it. */
  boolean isArrivingSlowly() {
    // What a quota holds back in the middle of a request is held back for others, too.
    boolean goesOn =
        reasons.isEmpty() || (reasons.size() == 1 && reasons.contains(Reason.THROTTLED));
    return receiving
        && goesOn
        && clock.nanoTime() - receivingSinceNs > TimeUnit.MILLISECONDS.toNanos(config.patienceMs());
  }

  /** Says that an admitted request has arrived whole. */
  void received() {
    receiving = false;
    if (requests >= config.maxRequestsInFlight() || bytes >= config.maxBytesInFlight()) {
      pause(Reason.IN_FLIGHT);
    }
  }

  private static int large(int requestBytes) {
    return requestBytes > RequestMemory.LARGE_BYTES ? requestBytes : 0;
  }

  private void memoryFreed() {
    if (!channel.eventLoop().isShuttingDown()) {
      channel.eventLoop().execute(() -> resume(Reason.MEMORY));
    }
  }

  /**
   * Says that a request of this many bytes was answered (its answer was written) or needs no
   * answer. To be called once for each frame that a door receives.
   */
  public void requestEnded(int requestBytes) {
    if (closed) {
      return;
    }
    requests--;
    bytes -= requestBytes;
    largeBytes -= large(requestBytes);
    memory.of(requestBytes).release(requestBytes);
    closeWhenFinished();
    if (requests < config.maxRequestsInFlight() && bytes < config.maxBytesInFlight()) {
      resume(Reason.IN_FLIGHT);
    }
  }

  /** Reads no more and closes the connection when nothing is in the works. */
  void finish() {
    finishing = true;
    pause(Reason.SHUTDOWN);
    channel.pipeline().fireUserEventTriggered(ConnectionEvent.SHUTDOWN);
    closeWhenFinished();
  }

  private void closeWhenFinished() {
    if (finishing && (requests == 0 || (requests == 1 && receiving))) {
      var unused = channel.close();
    }
  }

  /** Gives back all that the connection holds. */
  void close() {
    if (!closed) {
      closed = true;
      memory.release(bytes - largeBytes, largeBytes);
    }
  }
}
