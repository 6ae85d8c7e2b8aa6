package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.batch.RecordIterator;
import io.millrace.batch.RecordView;
import io.millrace.jms.wire.Ack;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerClosed;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.Consuming;
import io.millrace.jms.wire.Credit;
import io.millrace.jms.wire.Deliver;
import io.millrace.jms.wire.DeliverChunk;
import io.millrace.jms.wire.DestinationInfo;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Failed;
import io.millrace.jms.wire.FrameDecoder;
import io.millrace.jms.wire.FrameEncoder;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.Left;
import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.OpenSession;
import io.millrace.jms.wire.Outcome;
import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Preamble;
import io.millrace.jms.wire.Request;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.ServerFrame;
import io.millrace.jms.wire.Welcome;
import io.millrace.jms.wire.WireException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A JMS connection as a client library keeps it: greets the server, makes one session, resolves
 * destinations, opens a consumer; when its socket breaks it comes back with its key and what its
 * consumer holds. One thread.
 */
final class JmsLink {
  static final int SESSION = 1;
  static final int CONSUMER = 1;
  private static final int CONVERSATION = 7;
  private static final UUID NO_KEY = new UUID(0, 0);

  /** A message of a partition. */
  record At(int partition, long offset) implements Comparable<At> {
    OffsetRange range() {
      return new OffsetRange(partition, offset, offset);
    }

    @Override
    public int compareTo(At other) {
      return partition != other.partition
          ? Integer.compare(partition, other.partition)
          : Long.compare(offset, other.offset);
    }
  }

  /**
   * What its consumer reads.
   *
   * @param subscription a shared durable one of the destination; null when that is a queue
   */
  record Source(String destination, @Nullable String subscription) {}

  /** How messages go back. Each time they do it is another object. */
  private static final class Return {
    private final Outcome outcome;

    Return(Outcome outcome) {
      this.outcome = outcome;
    }
  }

  private final Doors doors;
  private final @Nullable Source source;
  private final Map<String, DestinationKind> names = new LinkedHashMap<>();
  private final Map<String, Integer> destinations = new LinkedHashMap<>();
  private final Map<Integer, Consumer<Answer>> waiting = new LinkedHashMap<>();
  private final TreeMap<At, String> held = new TreeMap<>();

  /** On their way back to the server, which has not answered yet. */
  private final TreeMap<At, Return> returning = new TreeMap<>();

  /** Came before the server has said what is held no more. */
  private final List<DeliverChunk> early = new ArrayList<>();

  private final RecordIterator records = new RecordIterator();
  private UUID key = NO_KEY;
  private @Nullable ClientSocket socket;
  private byte[] unread = new byte[0];
  private int lastRequest;
  private boolean ready;
  private long nextTryMs;

  /**
   * A connection that has not connected.
   *
   * @param targets queues and topics that it sends to
   * @param source null for no consumer
   */
  JmsLink(Doors doors, Map<String, DestinationKind> targets, @Nullable Source source) {
    this.doors = doors;
    this.source = source;
    names.putAll(targets);
    if (source != null) {
      names.put(
          source.destination,
          source.subscription == null ? DestinationKind.QUEUE : DestinationKind.TOPIC);
    }
  }

  /** Whether requests may be sent. */
  boolean isReady() {
    return ready;
  }

  /** Whether the library has a socket, or has to get one. */
  boolean hasSocket() {
    return socket != null;
  }

  /** What was delivered and is not known to be settled, with its text. */
  Map<At, String> held() {
    return held;
  }

  void drop(Collection<At> messages) {
    messages.forEach(held::remove);
  }

  /** The number of a destination on this socket. */
  int destination(String name) {
    Integer number = destinations.get(name);
    if (number == null) {
      throw new IllegalStateException(name + " is not resolved");
    }
    return number;
  }

  // ---- connecting

  /** Gets a socket, unless it waits before it tries again. */
  void connect() {
    if (doors.nowMs() < nextTryMs) {
      return;
    }
    ClientSocket fresh = doors.connect();
    socket = fresh;
    unread = new byte[0];
    ByteBuffer preamble = ByteBuffer.allocate(Preamble.BYTES);
    Preamble.CURRENT.writeTo(preamble);
    fresh.send(preamble.array());
    ask(id -> new Hello(id, "simulated", "1", null, null, null, key), this::welcome);
  }

  private void welcome(Answer answer) {
    if (answer instanceof Welcome welcome) {
      assertThat(key.equals(NO_KEY) || key.equals(welcome.connectionKey()))
          .as("another key for %s", key)
          .isTrue();
      key = welcome.connectionKey();
      ask(id -> new OpenSession(id, SESSION), opened -> resolve(List.copyOf(names.entrySet())));
    } else {
      giveUp();
    }
  }

  private void resolve(List<Map.Entry<String, DestinationKind>> left) {
    if (left.isEmpty()) {
      consume();
      return;
    }
    Map.Entry<String, DestinationKind> next = left.get(0);
    ask(
        id -> new Resolve(id, next.getValue(), next.getKey(), true, false),
        answer -> {
          if (answer instanceof DestinationInfo info) {
            destinations.put(next.getKey(), info.destinationId());
            resolve(left.subList(1, left.size()));
          } else {
            giveUp();
          }
        });
  }

  private void consume() {
    Source from = source;
    if (from == null) {
      ready = true;
      return;
    }
    TreeSet<At> mine = new TreeSet<>(held.keySet());
    mine.addAll(returning.keySet());
    List<OffsetRange> claimed = mine.stream().map(At::range).toList();
    ask(
        id ->
            new Consume(
                id,
                CONSUMER,
                SESSION,
                destination(from.destination),
                from.subscription == null ? ConsumerMode.QUEUE : ConsumerMode.SHARED_DURABLE,
                from.subscription,
                null,
                false,
                1,
                claimed,
                List.of()),
        answer -> {
          if (answer instanceof Consuming consuming) {
            for (OffsetRange lost : consuming.lost()) {
              for (long offset = lost.first(); offset <= lost.last(); offset++) {
                held.remove(new At(lost.partition(), offset));
                returning.remove(new At(lost.partition(), offset));
              }
            }
            ready = true;
            returnAgain();
            early.forEach(this::take);
            early.clear();
          } else {
            giveUp();
          }
        });
  }

  /** The socket breaks. What was not answered will not be, on this one. */
  void giveUp() {
    ClientSocket broken = socket;
    if (broken != null) {
      broken.giveUp();
      nextTryMs = doors.nextTryMs();
    }
    socket = null;
    ready = false;
    waiting.clear();
    early.clear();
    destinations.clear();
  }

  /** Begins as another connection: the application was started again, or made a new one. */
  void forget() {
    giveUp();
    key = NO_KEY;
    held.clear();
    returning.clear();
  }

  /** Gives messages back, on later sockets too until the server has answered. */
  void giveBack(Outcome outcome, Collection<At> messages) {
    Return now = new Return(outcome);
    for (At at : messages) {
      held.remove(at);
      returning.put(at, now);
    }
    askToReturn(now);
  }

  private void returnAgain() {
    new LinkedHashSet<>(returning.values()).forEach(this::askToReturn);
  }

  private void askToReturn(Return which) {
    List<At> messages =
        returning.keySet().stream().filter(at -> which.equals(returning.get(at))).toList();
    if (messages.isEmpty()) {
      return;
    }
    List<OffsetRange> ranges = messages.stream().map(At::range).toList();
    ask(
        id -> new Ack(id, SESSION, 0, CONSUMER, which.outcome, ranges),
        answer -> {
          if (answer instanceof Done) {
            messages.forEach(at -> returning.remove(at, which));
          } else {
            assertThat(((Failed) answer).code()).as("%s", answer).isEqualTo(ErrorCode.UNAVAILABLE);
            askToReturn(which);
          }
        });
  }

  // ---- talking

  /** Sends a request; its answer is heard only as long as the socket lives. */
  void ask(IntFunction<Request> request, Consumer<Answer> answered) {
    int id = ++lastRequest;
    waiting.put(id, answered);
    tell(request.apply(id));
  }

  void tell(ClientFrame frame) {
    ClientSocket to = socket;
    if (to == null) {
      throw new IllegalStateException("there is no socket");
    }
    to.send(FrameEncoder.encode(CONVERSATION, frame).array());
  }

  void credit(int messages) {
    tell(new Credit(CONSUMER, messages));
  }

  void ping() {
    ask(Ping::new, pong -> {});
  }

  /** Takes what has come. */
  void hear() {
    ClientSocket from = socket;
    if (from == null) {
      return;
    }
    byte[] more = from.receive();
    ByteBuffer bytes =
        ByteBuffer.allocate(unread.length + more.length).put(unread).put(more).flip();
    while (socket == from && bytes.remaining() >= FrameEncoder.LENGTH_BYTES) {
      int length = bytes.getInt(bytes.position());
      if (bytes.remaining() < FrameEncoder.LENGTH_BYTES + length) {
        break;
      }
      ByteBuffer frame = bytes.slice(bytes.position() + FrameEncoder.LENGTH_BYTES, length);
      bytes.position(bytes.position() + FrameEncoder.LENGTH_BYTES + length);
      take(frame);
    }
    unread = new byte[bytes.remaining()];
    bytes.get(unread);
    if (socket == from && from.isClosed()) {
      giveUp();
    }
  }

  private void take(ByteBuffer bytes) {
    ServerFrame frame;
    try {
      int conversation = FrameDecoder.readConversation(bytes);
      frame = FrameDecoder.decodeFromServer(bytes);
      assertThat(conversation).as("conversation of %s", frame).isEqualTo(CONVERSATION);
    } catch (WireException e) {
      throw new AssertionError("the server sent nonsense", e);
    }
    if (frame instanceof Answer answer) {
      if (answer instanceof Failed failed) {
        assertThat(failed.requestId()).as("the connection failed: %s", failed).isNotZero();
      }
      Consumer<Answer> asked = waiting.remove(answer.requestId());
      assertThat(asked).as("nobody has asked for %s", answer).isNotNull();
      asked.accept(answer);
    } else if (frame instanceof Deliver deliver) {
      if (ready) {
        deliver.chunks().forEach(this::take);
      } else {
        early.addAll(deliver.chunks());
      }
    } else if (frame instanceof Left) {
      giveUp();
    } else if (frame instanceof ConsumerClosed closed) {
      throw new AssertionError("the consumer was closed: " + closed);
    } else {
      throw new AssertionError("not expected: " + frame);
    }
  }

  private void take(DeliverChunk chunk) {
    records.over(
        chunk.baseOffset(),
        chunk.baseTimestamp(),
        chunk.hasAppendTime(),
        chunk.count(),
        chunk.records());
    while (records.next()) {
      RecordView record = records.record();
      ByteBuffer value = record.value();
      assertThat(value).isNotNull();
      At at = new At(chunk.partition(), record.offset());
      String text = StandardCharsets.UTF_8.decode(value).toString();
      returning.remove(at); // The server has taken it back, and will say so.
      assertThat(held.put(at, text)).as("%s is delivered to who holds it", at).isNull();
    }
  }

  @Override
  public String toString() {
    return "connection "
        + key
        + (ready ? "" : socket == null ? ", broken" : ", not ready")
        + ", waits for "
        + waiting.size()
        + " answers, holds "
        + held.keySet()
        + ", returns "
        + returning.keySet();
  }
}
