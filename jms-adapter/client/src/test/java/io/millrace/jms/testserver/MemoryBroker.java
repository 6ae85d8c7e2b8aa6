package io.millrace.jms.testserver;

import io.millrace.batch.RecordBatchView;
import io.millrace.batch.RecordIterator;
import io.millrace.jms.testserver.MemoryQueue.Stored;
import io.millrace.jms.testserver.TestServer.Peer;
import io.millrace.jms.wire.Ack;
import io.millrace.jms.wire.BodyDefault;
import io.millrace.jms.wire.BrowseEnd;
import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.CloseConsumer;
import io.millrace.jms.wire.CloseSession;
import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerClosed;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.Consuming;
import io.millrace.jms.wire.Credit;
import io.millrace.jms.wire.DestinationInfo;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.Goodbye;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.Outcome;
import io.millrace.jms.wire.PartitionOffset;
import io.millrace.jms.wire.Pause;
import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Pong;
import io.millrace.jms.wire.ProducerId;
import io.millrace.jms.wire.ProducerInfo;
import io.millrace.jms.wire.Request;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sent;
import io.millrace.jms.wire.TransactedAck;
import io.millrace.jms.wire.TransactedSend;
import io.millrace.jms.wire.Welcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Queues and topics in memory, with one partition each, behind one lock. Keeps the in-flight
 * messages of broken connections for ever.
 */
public final class MemoryBroker {
  private final Map<String, MemoryQueue> queues = new LinkedHashMap<>();
  private final Map<String, Consumer> consumers = new LinkedHashMap<>();
  private final Map<String, Integer> sequences = new HashMap<>();
  private final Set<String> committed = new HashSet<>();
  private final List<ClientFrame> received = new ArrayList<>();
  private Function<ClientFrame, @Nullable ErrorCode> refusal = frame -> null;
  private Predicate<ClientFrame> breakBefore = frame -> false;
  private Predicate<ClientFrame> breakBehind = frame -> false;
  private @Nullable List<Runnable> lateConsumes;
  private @Nullable List<Runnable> lateConfirmations;
  private String lateQueue = "";
  private long lastProducerId = 100;
  private int heartbeatMs = 10_000;
  private boolean mute;

  private static final class Consumer {
    final String key;
    final int id;
    final ConsumerMode mode;
    final MemoryQueue queue;
    @Nullable Peer peer;
    long credit;
    long next;

    Consumer(String key, int id, ConsumerMode mode, MemoryQueue queue) {
      this.key = key;
      this.id = id;
      this.mode = mode;
      this.queue = queue;
    }
  }

  /** Refuses frames with the error that the function gives; null takes them. */
  public synchronized void refuse(Function<ClientFrame, @Nullable ErrorCode> function) {
    refusal = function;
  }

  /** Breaks the connection instead of reading a frame, once. */
  public synchronized void breakOnceBefore(Predicate<ClientFrame> which) {
    breakBefore = which;
  }

  /** Carries a frame out but breaks the connection instead of answering, once. */
  public synchronized void breakOnceBehind(Predicate<ClientFrame> which) {
    breakBehind = which;
  }

  /** Consumers of a queue get their messages from now on, but no answer that they began. */
  public synchronized void holdConsumes(String queue) {
    lateConsumes = new ArrayList<>();
    lateQueue = queue;
  }

  /** Gives the answers that {@link #holdConsumes} kept. */
  public synchronized void answerConsumes() {
    List<Runnable> late = lateConsumes;
    lateConsumes = null;
    if (late != null) {
      late.forEach(Runnable::run);
    }
  }

  /** Outcomes are carried out from now on, but not confirmed. */
  public synchronized void holdConfirmations() {
    lateConfirmations = new ArrayList<>();
  }

  /** Gives the confirmations that {@link #holdConfirmations} kept, and later ones at once. */
  public synchronized void confirm() {
    List<Runnable> late = lateConfirmations;
    lateConfirmations = null;
    if (late != null) {
      late.forEach(Runnable::run);
    }
  }

  /** Whoever holds a message gives it back, and it is delivered again. */
  public synchronized void free(String queue, long offset) {
    queue(queue).at(offset).heldBy = null;
    dispatchAll();
  }

  public synchronized void setHeartbeatMs(int ms) {
    heartbeatMs = ms;
  }

  /** All frames so far. */
  public synchronized List<ClientFrame> received() {
    return new ArrayList<>(received);
  }

  /** The frames of one kind so far. */
  public synchronized <T extends ClientFrame> List<T> received(Class<T> type) {
    return received.stream().filter(type::isInstance).map(type::cast).toList();
  }

  public synchronized MemoryQueue queue(String name) {
    return queues.computeIfAbsent(name, MemoryQueue::new);
  }

  /** Ends the consumers of a queue, as when an administrator deletes it. */
  public synchronized void closeConsumersOf(String name) {
    for (Consumer consumer : consumers.values()) {
      Peer peer = consumer.peer;
      if (peer != null && consumer.queue.name().equals(name)) {
        consumer.credit = 0;
        peer.send(new ConsumerClosed(consumer.id, ErrorCode.DESTINATION, "deleted"));
      }
    }
  }

  /** While true, whatever comes is ignored except what opens connections. */
  public synchronized void setMute(boolean value) {
    mute = value;
  }

  synchronized void onFrame(Peer peer, ClientFrame frame) {
    received.add(frame);
    if (mute && !(frame instanceof Hello)) {
      return;
    }
    if (breakBefore.test(frame)) {
      breakBefore = none -> false;
      peer.close();
      return;
    }
    ErrorCode refused = refusal.apply(frame);
    if (refused != null && frame instanceof Request request) {
      peer.send(new Failed(request.requestId(), refused, "as the test says"));
      return;
    }
    if (breakBehind.test(frame)) {
      breakBehind = none -> false;
      handle(peer, frame, false);
      peer.close();
      return;
    }
    handle(peer, frame, true);
  }

  private void handle(Peer peer, ClientFrame frame, boolean answering) {
    switch (frame.type()) {
      case HELLO -> onHello(peer, (Hello) frame);
      case PING -> peer.send(new Pong(((Ping) frame).requestId()));
      case RESOLVE -> onResolve(peer, (Resolve) frame);
      case PRODUCER_ID -> onProducerId(peer, (ProducerId) frame);
      case SEND -> onSend(peer, (Send) frame, answering);
      case CONSUME -> onConsume(peer, (Consume) frame);
      case CREDIT -> onCredit(peer, (Credit) frame);
      case ACK -> onAck(peer, (Ack) frame, answering);
      case COMMIT -> onCommit(peer, (Commit) frame, answering);
      case PAUSE -> onPause(peer, (Pause) frame);
      case CLOSE_CONSUMER -> onCloseConsumer(peer, (CloseConsumer) frame);
      case CLOSE_SESSION -> onCloseSession(peer, (CloseSession) frame);
      case GOODBYE -> {
        peer.send(new Done(((Goodbye) frame).requestId()));
        peer.close();
      }
      default -> {
        if (frame instanceof Request request) {
          peer.send(new Done(request.requestId()));
        }
      }
    }
  }

  private void onProducerId(Peer peer, ProducerId frame) {
    long id = frame.producerId() == ProducerId.NEW ? ++lastProducerId : frame.producerId();
    peer.send(new ProducerInfo(frame.requestId(), id, 0));
  }

  private void onHello(Peer peer, Hello hello) {
    boolean resumed = !hello.connectionKey().equals(new UUID(0, 0));
    peer.setKey(resumed ? hello.connectionKey() : UUID.randomUUID());
    peer.send(
        new Welcome(hello.requestId(), 1, "test", 0, peer.key(), 1 << 22, heartbeatMs, resumed));
  }

  private void onResolve(Peer peer, Resolve resolve) {
    MemoryQueue queue = queue(resolve.name());
    peer.numbered().add(queue);
    UUID topicId =
        UUID.nameUUIDFromBytes(resolve.name().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    // Numbers differ from socket to socket, as they may.
    int id = peer.numbered().size() + 1000 * (peer.hashCode() & 0xFF);
    peer.numbered().set(peer.numbered().size() - 1, Map.entry(id, queue));
    peer.send(new DestinationInfo(resolve.requestId(), id, topicId, 1, BodyDefault.BYTES));
  }

  private static MemoryQueue destination(Peer peer, int id) {
    for (Object entry : peer.numbered()) {
      if (entry instanceof Map.Entry<?, ?> numbered
          && Objects.equals(numbered.getKey(), id)
          && numbered.getValue() instanceof MemoryQueue queue) {
        return queue;
      }
    }
    throw new IllegalArgumentException("no destination " + id);
  }

  private void onSend(Peer peer, Send send, boolean answering) {
    MemoryQueue queue = destination(peer, send.destinationId());
    RecordBatchView batch = new RecordBatchView().wrap(send.batch(), 0);
    if (!batch.isCrcValid()) {
      throw new IllegalArgumentException("wrong checksum");
    }
    String producer = queue.name() + "/" + batch.producerId() + "/" + batch.producerEpoch();
    int expected = sequences.getOrDefault(producer, 0);
    long base;
    if (batch.baseSequence() == expected) {
      base = queue.append(batch);
      sequences.put(producer, expected + batch.recordCount());
    } else if (batch.baseSequence() < expected) {
      base = -1;
    } else {
      peer.send(
          new Failed(
              send.requestId(),
              ErrorCode.SEQUENCE,
              batch.baseSequence() + " where " + expected + " is next"));
      return;
    }
    if (answering) {
      peer.send(new Sent(send.requestId(), base));
    }
    dispatchAll();
  }

  private void onConsume(Peer peer, Consume consume) {
    String key = key(peer, consume.consumerId());
    MemoryQueue queue = destination(peer, consume.destinationId());
    Consumer consumer =
        consumers.computeIfAbsent(
            key, k -> new Consumer(k, consume.consumerId(), consume.mode(), queue));
    consumer.peer = peer;
    consumer.credit = consume.credit();
    List<OffsetRange> lost = new ArrayList<>();
    List<PartitionOffset> positions = new ArrayList<>();
    if (consume.mode().isAcknowledged()) {
      lost = queue.hold(key, consume.held());
    } else {
      consumer.next = consume.mode() == ConsumerMode.BROWSER ? 0 : queue.size();
      for (PartitionOffset resume : consume.resume()) {
        consumer.next = resume.offset();
      }
      positions.add(new PartitionOffset(0, consumer.next));
    }
    Consuming answer = new Consuming(consume.requestId(), lost, positions);
    List<Runnable> late = lateConsumes;
    if (late == null || !queue.name().equals(lateQueue)) {
      peer.send(answer);
    } else {
      late.add(() -> peer.send(answer));
    }
    dispatchAll();
  }

  private static String key(Peer peer, int consumerId) {
    return peer.key() + "/" + consumerId;
  }

  private Consumer consumer(Peer peer, int id) {
    Consumer consumer = consumers.get(key(peer, id));
    if (consumer == null) {
      throw new IllegalArgumentException("no consumer " + id);
    }
    return consumer;
  }

  private void onCredit(Peer peer, Credit credit) {
    consumer(peer, credit.consumerId()).credit += credit.messages();
    dispatchAll();
  }

  private void onAck(Peer peer, Ack ack, boolean answering) {
    String key = key(peer, ack.consumerId());
    MemoryQueue queue = consumer(peer, ack.consumerId()).queue;
    for (OffsetRange range : ack.ranges()) {
      queue.settle(key, range, ack.outcome());
    }
    List<Runnable> late = lateConfirmations;
    if (answering && late != null) {
      late.add(() -> peer.send(new Done(ack.requestId())));
    } else if (answering && ack.requestId() != 0) {
      peer.send(new Done(ack.requestId()));
    }
    dispatchAll();
  }

  private void onCommit(Peer peer, Commit commit, boolean answering) {
    String transaction = peer.key() + "/" + commit.txId();
    if (!committed.contains(transaction)) {
      for (TransactedAck ack : commit.acks()) {
        if (!consumer(peer, ack.consumerId())
            .queue
            .holds(key(peer, ack.consumerId()), ack.range())) {
          peer.send(new Failed(commit.requestId(), ErrorCode.ROLLED_BACK, "not in flight"));
          return;
        }
      }
      committed.add(transaction);
      for (TransactedAck ack : commit.acks()) {
        consumer(peer, ack.consumerId())
            .queue
            .settle(key(peer, ack.consumerId()), ack.range(), Outcome.ACCEPT);
      }
      for (TransactedSend send : commit.sends()) {
        RecordBatchView batch = new RecordBatchView().wrap(send.batch(), 0);
        destination(peer, send.destinationId()).append(batch);
      }
    }
    if (answering) {
      peer.send(new Done(commit.requestId()));
    }
    dispatchAll();
  }

  private void onPause(Peer peer, Pause pause) {
    consumer(peer, pause.consumerId()).credit = 0;
    peer.send(new Done(pause.requestId()));
  }

  private void onCloseConsumer(Peer peer, CloseConsumer close) {
    consumer(peer, close.consumerId()).credit = 0;
    peer.send(new Done(close.requestId()));
  }

  private void onCloseSession(Peer peer, CloseSession close) {
    // Numbers of consumers are not reused, so all of the connection's that have no credit are done.
    for (Consumer consumer : consumers.values()) {
      if (consumer.peer == peer && consumer.credit == 0) {
        consumer.queue.releaseAll(consumer.key);
      }
    }
    peer.send(new Done(close.requestId()));
    dispatchAll();
  }

  synchronized void onClosed(Peer peer) {
    for (Consumer consumer : consumers.values()) {
      if (consumer.peer == peer) {
        consumer.peer = null;
        consumer.credit = 0;
      }
    }
  }

  private void dispatchAll() {
    for (Consumer consumer : consumers.values()) {
      Peer peer = consumer.peer;
      if (peer != null && consumer.credit > 0) {
        dispatch(consumer, peer);
      }
    }
  }

  private static void dispatch(Consumer consumer, Peer peer) {
    List<Stored> messages = new ArrayList<>();
    if (consumer.mode.isAcknowledged()) {
      messages = consumer.queue.take(consumer.key, consumer.credit);
    } else {
      while (consumer.next < consumer.queue.size() && messages.size() < consumer.credit) {
        Stored stored = consumer.queue.at(consumer.next++);
        if (consumer.mode != ConsumerMode.BROWSER || !stored.isSettled()) {
          messages.add(stored);
        }
      }
    }
    consumer.credit -= messages.size();
    if (!messages.isEmpty()) {
      peer.send(MemoryQueue.deliver(consumer.id, messages));
    }
    if (consumer.mode == ConsumerMode.BROWSER && consumer.next == consumer.queue.size()) {
      peer.send(new BrowseEnd(consumer.id));
    }
  }

  static List<ByteBuffer> records(RecordBatchView batch) {
    List<ByteBuffer> records = new ArrayList<>();
    RecordIterator iterator = new RecordIterator().over(batch);
    while (iterator.next()) {
      records.add(iterator.record().slice());
    }
    return records;
  }
}
