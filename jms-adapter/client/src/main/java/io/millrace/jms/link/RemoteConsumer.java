package io.millrace.jms.link;

import io.millrace.batch.InvalidBatchException;
import io.millrace.jms.config.Option;
import io.millrace.jms.runtime.ClientTime;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.CloseConsumer;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.Consuming;
import io.millrace.jms.wire.Credit;
import io.millrace.jms.wire.DeliverChunk;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.Outcome;
import io.millrace.jms.wire.PartitionOffset;
import io.millrace.jms.wire.Pause;
import io.millrace.jms.wire.Poll;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A consumer on the server with the messages that wait for it here. Deliveries arrive on the I/O
 * thread and are kept as they are; the session's thread takes them one by one. Everything is
 * guarded by one lock.
 *
 * <p>Credit: the server may send so many messages that those waiting here and those on their way do
 * not exceed the window, which is the option {@code prefetch}, less where messages are large
 * (option {@code prefetchBytes}).
 */
public final class RemoteConsumer implements Resumable {
  private static final int FIRST_WINDOW = 128;

  private final ServerLink link;
  private final RemoteSession session;
  private final ConsumerSpec spec;
  private final int id;
  private final Runnable onArrival;
  private final int maxWindow;
  private final long maxBytes;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final WaitingDeliveries waiting = new WaitingDeliveries();

  /**
   * What comes while the consumer is being set up on another socket. Waits until the server has
   * said which older ones are lost: the same messages may be among these, delivered anew.
   */
  private final List<DeliverChunk> early = new ArrayList<>();

  private final OffsetRanges held = new OffsetRanges();
  private final AckQueue acks;
  private final Map<Integer, Long> positions = new HashMap<>();
  private int onTheirWay;
  private int window;
  private boolean paused;
  private boolean opened;
  private boolean resuming;
  private boolean closing;
  private boolean closed;
  private boolean browsedToEnd;
  private boolean suspectRepeats;
  private @Nullable JMSException closedBy;

  RemoteConsumer(ServerLink link, RemoteSession session, ConsumerSpec spec, Runnable onArrival) {
    this.link = link;
    this.session = session;
    this.spec = spec;
    this.id = link.nextNumber();
    this.onArrival = onArrival;
    this.maxWindow = link.options().integer(Option.PREFETCH);
    this.maxBytes = link.options().number(Option.PREFETCH_BYTES);
    this.window = Math.min(maxWindow, FIRST_WINDOW);
    this.acks = new AckQueue(link, session.id(), id, lock, held, this::forgetIfSettled);
  }

  /**
   * Opens a consumer on the server.
   *
   * @param onArrival told on the I/O thread that there is something to {@link #poll}, or that the
   *     consumer was closed
   */
  public static RemoteConsumer open(
      ServerLink link, RemoteSession session, ConsumerSpec spec, Runnable onArrival)
      throws JMSException {
    RemoteConsumer consumer = new RemoteConsumer(link, session, spec, onArrival);
    consumer.onTheirWay = consumer.window;
    link.add(consumer);
    try {
      link.request(
          requestId -> consumer.consume(requestId, consumer.window, List.of(), List.of()),
          link.requestDeadline(),
          consumer::onConsuming);
    } catch (JMSException failed) {
      link.remove(consumer);
      throw failed;
    }
    return consumer;
  }

  private Consume consume(
      int requestId, int credit, List<OffsetRange> heldRanges, List<PartitionOffset> resume) {
    return new Consume(
        requestId,
        id,
        session.id(),
        spec.destination().id(),
        spec.mode(),
        spec.subscriptionName(),
        spec.selector(),
        spec.noLocal(),
        credit,
        heldRanges,
        resume);
  }

  private void onConsuming(Answer answer) {
    lock.lock();
    try {
      opened = true;
      if (answer instanceof Consuming consuming) {
        for (PartitionOffset position : consuming.positions()) {
          positions.merge(position.partition(), position.offset(), Math::max);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  int id() {
    return id;
  }

  /** What it reads and how. */
  public ConsumerSpec spec() {
    return spec;
  }

  /** I/O thread. */
  void onDeliver(List<DeliverChunk> arrivedChunks) {
    lock.lock();
    try {
      long bytes = 0;
      int count = 0;
      for (DeliverChunk chunk : arrivedChunks) {
        if (resuming) {
          early.add(chunk);
        } else {
          waiting.add(chunk);
        }
        count += chunk.count();
        bytes += chunk.records().remaining();
      }
      noteTakenBack();
      onTheirWay = Math.max(0, onTheirWay - count);
      if (count > 0) {
        long average = Math.max(1, bytes / count);
        window = (int) Math.max(1, Math.min(maxWindow, maxBytes / average));
      }
      giveCredit();
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    onArrival.run();
  }

  /**
   * Under the lock: what comes anew was taken back by the server, though it has not said so yet.
   */
  private void noteTakenBack() {
    if (!acks.isGivingBack()) {
      return;
    }
    try {
      acks.onTakenBack(rangesOf(waiting.all()));
    } catch (InvalidBatchException malformed) {
      onClosedByServer(Errors.wrap("a message cannot be read", malformed));
    }
  }

  private static OffsetRanges rangesOf(List<Delivery> deliveries) {
    OffsetRanges ranges = new OffsetRanges();
    for (Delivery delivery : deliveries) {
      ranges.add(delivery.partition(), delivery.offset());
    }
    return ranges;
  }

  /** Under the lock: refills the window when half of it is used. */
  private void giveCredit() {
    if (paused || resuming || closing || closedBy != null) {
      return;
    }
    int missing = window - waiting.count() - onTheirWay;
    if (missing > 0 && missing >= window / 2) {
      int generation = link.generation();
      if (link.send(generation, new Credit(id, missing))) {
        onTheirWay += missing;
      }
    }
  }

  /** I/O thread. */
  void onBrowseEnd() {
    lock.lock();
    try {
      browsedToEnd = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    onArrival.run();
  }

  /** The server ended it, or the link has ended. */
  void onClosedByServer(JMSException reason) {
    lock.lock();
    try {
      if (closedBy == null) {
        closedBy = reason;
      }
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    onArrival.run();
  }

  /** True if it can be given messages back and gets them again. */
  public boolean isOpen() {
    lock.lock();
    try {
      return !closing && closedBy == null;
    } finally {
      lock.unlock();
    }
  }

  /** Why the server ended it; null while it is open. */
  public @Nullable JMSException closedBy() {
    lock.lock();
    try {
      return closedBy;
    } finally {
      lock.unlock();
    }
  }

  /** The next message if one is here. It is held from now on until its outcome is confirmed. */
  public @Nullable Delivery poll() {
    lock.lock();
    try {
      return next();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next message, or null if none has come in time, or the consumer was closed or browsed to
   * its end.
   *
   * @param deadlineNanos by {@link ClientTime#nanos}; 0 for no limit
   * @param started while it is false nothing is given out; {@link #wake} after it changed
   */
  public @Nullable Delivery await(long deadlineNanos, BooleanSupplier started) throws JMSException {
    lock.lock();
    try {
      while (true) {
        Delivery next = started.getAsBoolean() ? next() : null;
        if (next != null || closing || closedBy != null || browsedToEnd) {
          return next;
        }
        acks.flush();
        if (deadlineNanos == 0) {
          arrived.await();
        } else {
          long left = deadlineNanos - ClientTime.nanos();
          if (left <= 0 || arrived.awaitNanos(left) <= 0) {
            return started.getAsBoolean() ? next() : null;
          }
        }
      }
    } catch (InterruptedException interrupt) {
      throw Errors.interrupted("receiving");
    } finally {
      lock.unlock();
    }
  }

  /** Wakes a thread in {@link #await}, which then looks whether it may go on. */
  public void wake() {
    lock.lock();
    try {
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends a wait in {@link #await} for good: the consumer is being closed. */
  public void stopWaiting() {
    lock.lock();
    try {
      closing = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** True if {@link #poll} would give something. */
  public boolean hasWaiting() {
    lock.lock();
    try {
      return waiting.count() > 0;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Delivery next() {
    while (true) {
      Delivery next = waiting.next();
      if (next == null) {
        return null;
      }
      giveCredit();
      if (suspectRepeats && acks.isAcceptedUnconfirmed(next.partition(), next.offset())) {
        continue;
      }
      if (spec.mode().isAcknowledged()) {
        held.add(next.partition(), next.offset());
      } else {
        positions.merge(next.partition(), next.offset() + 1, Math::max);
      }
      return next;
    }
  }

  /**
   * Accepts one message; sent at once, or with the others that come while an earlier
   * acknowledgement is in flight.
   */
  public void accept(Delivery delivery, boolean lazily) {
    if (!spec.mode().isAcknowledged()) {
      return;
    }
    lock.lock();
    try {
      acks.add(Outcome.ACCEPT, delivery.partition(), delivery.offset());
      if (!lazily || waiting.count() == 0) {
        acks.flush();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Settles messages; {@link #awaitConfirmed} says when that is durable. */
  public void settle(Outcome outcome, OffsetRanges ranges) {
    lock.lock();
    try {
      acks.addAll(outcome, ranges);
      acks.flush();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all outcomes are durable. */
  public void awaitConfirmed(long deadlineNanos) throws JMSException {
    acks.await(deadlineNanos);
  }

  /** A transaction that consumed these messages is durable: they are not held any more. */
  public void onCommitted(OffsetRanges ranges) {
    lock.lock();
    try {
      held.removeAll(ranges);
    } finally {
      lock.unlock();
    }
  }

  /**
   * True if all of these messages are still this consumer's to acknowledge: none was lost in a
   * reconnect.
   */
  public boolean holdsAll(OffsetRanges ranges) {
    lock.lock();
    try {
      for (OffsetRange range : ranges.toList()) {
        for (long offset = range.first(); offset <= range.last(); offset++) {
          if (!held.contains(range.partition(), offset)) {
            return false;
          }
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks the server whether there is anything, so that a following {@link #poll} that gives nothing
   * is true. Needs room in the window, which is there if nothing waits.
   */
  public void askForMore() throws JMSException {
    lock.lock();
    try {
      if (waiting.count() == 0 && onTheirWay == 0) {
        giveCredit();
      }
    } finally {
      lock.unlock();
    }
    link.request(requestId -> new Poll(requestId, id));
  }

  /**
   * Stops deliveries, so that messages can be given back in order. When this returns nothing is on
   * its way and nothing waits; what waited is returned to the server as never shown, behind the
   * messages to be released.
   *
   * @param shown messages that the application has seen and that are to be delivered again
   */
  public void giveBack(OffsetRanges shown) throws JMSException {
    lock.lock();
    try {
      paused = true;
    } finally {
      lock.unlock();
    }
    link.request(requestId -> new Pause(requestId, id));
    lock.lock();
    try {
      onTheirWay = 0;
      acks.addAll(Outcome.RELEASE, shown);
      returnWaiting();
      acks.flush();
    } finally {
      lock.unlock();
    }
  }

  /** Lets the server deliver again after {@link #giveBack}. */
  public void takeAgain() {
    lock.lock();
    try {
      paused = false;
      giveCredit();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Puts messages back in front, to be shown again; for modes in which the server keeps no account.
   */
  public void requeue(List<Delivery> deliveries) {
    lock.lock();
    try {
      waiting.addFirst(deliveries.stream().map(Delivery::again).toList());
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    onArrival.run();
  }

  /** Under the lock. */
  private void returnWaiting() {
    if (spec.mode().isAcknowledged()) {
      OffsetRanges unseen = rangesOf(waiting.all());
      held.addAll(unseen);
      acks.addAll(Outcome.RETURN, unseen);
    }
    waiting.clear();
  }

  /**
   * Ends deliveries and gives back what waits; that is durable when this returns. Messages that the
   * application has seen stay with the session, and so does the wait until the server has confirmed
   * what was accepted.
   *
   * @param deadlineNanos when to give up; 0 for never
   */
  public void close(long deadlineNanos) throws JMSException {
    stopWaiting();
    if (closedBy() == null) {
      link.request(requestId -> new CloseConsumer(requestId, id), deadlineNanos);
      boolean givesBack;
      lock.lock();
      try {
        returnWaiting();
        acks.flush();
        givesBack = acks.isGivingBack();
      } finally {
        lock.unlock();
      }
      if (givesBack) {
        acks.await(deadlineNanos);
      }
    }
    spec.destination().release();
    lock.lock();
    try {
      closed = true;
      forgetIfSettled();
    } finally {
      lock.unlock();
    }
  }

  /** Lets a closed consumer go when nothing of it is open any more. */
  public void forgetIfSettled() {
    lock.lock();
    try {
      if (closed && (held.isEmpty() || closedBy != null)) {
        link.remove(this);
      }
    } finally {
      lock.unlock();
    }
  }

  boolean isOf(RemoteSession other) {
    return session == other;
  }

  @Override
  public void resume(FreshSocket socket) throws JMSException {
    int credit;
    List<OffsetRange> stillHeld;
    List<PartitionOffset> next;
    lock.lock();
    try {
      if (!opened || closedBy != null) {
        return;
      }
      suspectRepeats = true;
      resuming = true;
      credit = paused || closing ? 0 : Math.max(0, window - waiting.count());
      onTheirWay = credit;
      stillHeld = heldRanges();
      next = resumePositions();
    } catch (InvalidBatchException malformed) {
      resuming = false;
      onClosedByServer(Errors.wrap("a message cannot be read", malformed));
      return;
    } finally {
      lock.unlock();
    }
    List<OffsetRange> lost = List.of();
    boolean isSetUp = false;
    WaitingCall call = socket.start(requestId -> consume(requestId, credit, stillHeld, next));
    try {
      Answer answer = socket.await(call);
      if (answer instanceof Consuming consuming) {
        lost = consuming.lost();
        isSetUp = true;
      }
      if (isClosing()) {
        socket.request(requestId -> new CloseConsumer(requestId, id));
      }
    } catch (JMSException failed) {
      if (call.error() == null || call.isRetriable()) {
        throw failed;
      }
      onClosedByServer(failed);
    } finally {
      resumed(lost, isSetUp);
    }
  }

  private void resumed(List<OffsetRange> lost, boolean isSetUp) {
    lock.lock();
    try {
      resuming = false;
      drop(lost);
      if (isSetUp) {
        early.forEach(waiting::add);
        noteTakenBack();
      }
      early.clear();
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
    onArrival.run();
  }

  /**
   * Gives the credit that could not be given while the link came up: the server delivers from the
   * moment on at which it has set the consumer up, and all of that may be taken before.
   */
  void onLinkUp() {
    lock.lock();
    try {
      giveCredit();
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  private List<OffsetRange> heldRanges() {
    if (!spec.mode().isAcknowledged()) {
      return List.of();
    }
    OffsetRanges all = new OffsetRanges();
    all.addAll(held);
    all.addAll(rangesOf(waiting.all()));
    return all.toList();
  }

  private List<PartitionOffset> resumePositions() {
    if (spec.mode().isAcknowledged()) {
      return List.of();
    }
    Map<Integer, Long> next = new HashMap<>(positions);
    for (Delivery delivery : waiting.all()) {
      next.merge(delivery.partition(), delivery.offset() + 1, Math::max);
    }
    List<PartitionOffset> resume = new ArrayList<>();
    next.forEach((partition, offset) -> resume.add(new PartitionOffset(partition, offset)));
    return resume;
  }

  /** Under the lock: forgets messages that are settled or with someone else now. */
  private void drop(List<OffsetRange> lost) {
    if (lost.isEmpty()) {
      return;
    }
    OffsetRanges gone = new OffsetRanges();
    lost.forEach(gone::add);
    acks.onTakenBack(gone);
    held.removeAll(gone);
    waiting.removeIf(delivery -> gone.contains(delivery.partition(), delivery.offset()));
  }
}
