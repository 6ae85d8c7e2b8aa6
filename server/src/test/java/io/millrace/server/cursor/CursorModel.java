package io.millrace.server.cursor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Thousands of random steps of several consumers against one cursor, with crashes, beside a model
 * in plain collections. What must hold at every step:
 *
 * <ul>
 *   <li>no message is with two consumers at once, and none is delivered after it was acknowledged;
 *   <li>what was acknowledged before a crash is not delivered after it;
 *   <li>a count is never below the number of releases that were answered;
 *   <li>at the end every message was acknowledged exactly once or lies in the dead letters.
 * </ul>
 */
final class CursorModel {
  private static final int STEPS = 1_500;

  private final long seed;
  private final SteppedServer server;
  private final Topic queue;
  private final CursorKey key;
  private final Random random;
  private final Map<ConsumerKey, TestConsumer> consumers = new HashMap<>();
  private final TreeSet<Long> accepted = new TreeSet<>();
  private final Map<Long, Integer> releases = new HashMap<>();

  /** Asked to be accepted, not answered yet. */
  private final Map<Answer<Void>, List<Long>> accepting = new HashMap<>();

  /** Lay with clients that did not come back after a crash. */
  private final Set<Long> diedWith = new HashSet<>();

  private long produced;
  private int made;

  CursorModel(long seed) {
    this.seed = seed;
    random = new Random(seed);
    server = new SteppedServer(seed);
    queue = server.createTopic(TopicSpec.queue("q"));
    key = new CursorKey(queue.id(), 0, CursorKey.QUEUE);
    ensure();
  }

  void run() {
    for (int step = 0; step < STEPS; step++) {
      act();
      if (random.nextInt(3) == 0) {
        server.settle();
      } else {
        for (int i = random.nextInt(20); i > 0; i--) {
          server.step();
        }
      }
      harvest();
      check(step);
    }
    drain();
    server.close();
  }

  private void act() {
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> produce();
      case 4, 5 -> attach();
      case 6, 7, 8 -> withSome(this::credit);
      case 9, 10, 11, 12, 13 -> withSome(consumer -> settle(consumer, Outcome.ACCEPT));
      case 14, 15 -> withSome(consumer -> settle(consumer, Outcome.RELEASE));
      case 16 -> withSome(consumer -> settle(consumer, Outcome.RETURN));
      case 17 -> withSome(this::detach);
      case 18 -> withSome(this::reconnect);
      default -> {
        if (random.nextInt(6) == 0) {
          crash();
        } else {
          server.pass(random.nextInt(200));
        }
      }
    }
  }

  private void produce() {
    String[] values = new String[1 + random.nextInt(8)];
    for (int i = 0; i < values.length; i++) {
      values[i] = Long.toString(produced + i);
    }
    server.produce(queue.partition(0), values);
    produced += values.length;
  }

  private void ensure() {
    Answer<Void> answer =
        server.begin(r -> server.broker().cursors().ensure(key, CursorStart.BEGINNING, true, r));
    server.settle();
    assertThat(answer.isOk()).isTrue();
  }

  private void attach() {
    if (consumers.size() < 4) {
      TestConsumer consumer = new TestConsumer(new ConsumerKey(new java.util.UUID(9, ++made), 1));
      consumers.put(consumer.key(), consumer);
      consumer.handle.addCredit(random.nextInt(20));
      server.ask(
          (io.millrace.server.shard.Reply<List<OffsetRun>> r) ->
              server.broker().cursors().attach(key, consumer.handle, List.of(), r));
    }
  }

  private void credit(TestConsumer consumer) {
    consumer.handle.addCredit(1 + random.nextInt(20));
    server.broker().cursors().wake(key);
  }

  private void settle(TestConsumer consumer, Outcome outcome) {
    List<Long> some = new ArrayList<>();
    for (long offset : consumer.held.keySet()) {
      if (random.nextBoolean()) {
        some.add(offset);
      }
    }
    if (some.isEmpty()) {
      return;
    }
    some.forEach(consumer.held::remove);
    List<OffsetRun> runs = some.stream().map(offset -> new OffsetRun(offset, offset)).toList();
    Answer<Void> answer =
        server.begin(r -> server.broker().cursors().settle(key, consumer.key(), outcome, runs, r));
    if (outcome == Outcome.ACCEPT) {
      accepting.put(answer, some);
    } else {
      server.settle();
      assertThat(answer.isOk()).isTrue();
      if (outcome == Outcome.RELEASE) {
        some.forEach(offset -> releases.merge(offset, 1, Integer::sum));
      }
    }
  }

  private void detach(TestConsumer consumer) {
    consumers.remove(consumer.key());
    Departure departure = random.nextBoolean() ? Departure.CLOSED : Departure.LOST;
    server.begin(
        (io.millrace.server.shard.Reply<Void> r) ->
            server.broker().cursors().detach(key, consumer.key(), departure, r));
    server.settle();
  }

  /** The connection breaks; what was delivered last may never have arrived. */
  private void reconnect(TestConsumer consumer) {
    server.settle();
    harvest();
    TestConsumer back = new TestConsumer(consumer.key());
    TreeMap<Long, Integer> kept = new TreeMap<>(consumer.held);
    kept.keySet().removeIf(offset -> random.nextInt(4) == 0);
    consumers.put(back.key(), back);
    claim(back, kept);
  }

  private void claim(TestConsumer back, Map<Long, Integer> kept) {
    List<OffsetRun> held =
        kept.keySet().stream().map(offset -> new OffsetRun(offset, offset)).toList();
    back.held.putAll(kept);
    List<OffsetRun> lost =
        server.ask(r -> server.broker().cursors().attach(key, back.handle, held, r));
    for (OffsetRun run : lost) {
      for (long offset = run.first(); offset <= run.last(); offset++) {
        back.held.remove(offset);
      }
    }
  }

  private void crash() {
    harvest();
    // Acknowledgements under way may have become durable or not; the client asks again.
    Set<Long> unsure = new HashSet<>();
    accepting.values().forEach(unsure::addAll);
    accepting.clear();
    server.crash();
    ensure();
    List<TestConsumer> before = new ArrayList<>(consumers.values());
    consumers.clear();
    for (TestConsumer each : before) {
      if (random.nextInt(4) > 0) {
        TestConsumer back = new TestConsumer(each.key());
        consumers.put(back.key(), back);
        claim(back, each.held);
      } else {
        diedWith.addAll(each.held.keySet());
      }
    }
    server.pass(CursorConfig.DEFAULT.recoveryGraceMs() + 100);
    // What of the unsure ones comes again was not acknowledged; the others were.
    List<OffsetRun> open = server.ask(r -> server.broker().cursors().unsettled(key, produced, r));
    for (long offset : unsure) {
      if (open.stream().noneMatch(run -> run.first() <= offset && offset <= run.last())) {
        assertThat(accepted.add(offset)).isTrue();
      }
    }
  }

  private void harvest() {
    accepting
        .entrySet()
        .removeIf(
            entry -> {
              if (!entry.getKey().isDone()) {
                return false;
              }
              assertThat(entry.getKey().isOk()).isTrue();
              entry
                  .getValue()
                  .forEach(offset -> assertThat(accepted.add(offset)).as("twice").isTrue());
              return true;
            });
  }

  private void check(int step) {
    String where = "seed " + seed + " step " + step;
    Set<Long> seen = new HashSet<>();
    for (TestConsumer consumer : consumers.values()) {
      assertThat(consumer.closed).as(where).isNull();
      consumer.held.forEach(
          (offset, count) -> {
            assertThat(seen.add(offset)).as("%s: %d is held twice", where, offset).isTrue();
            assertThat(accepted).as(where).doesNotContain(offset);
            assertThat(count).as(where).isGreaterThan(releases.getOrDefault(offset, 0));
            if (diedWith.contains(offset)) {
              assertThat(count)
                  .as("%s: %d, which a client died with", where, offset)
                  .isGreaterThan(1);
            }
          });
    }
  }

  private void drain() {
    server.settle();
    harvest();
    for (TestConsumer consumer : List.copyOf(consumers.values())) {
      detach(consumer);
    }
    TestConsumer last = new TestConsumer();
    consumers.put(last.key(), last);
    last.handle.addCredit(1 << 20);
    claim(last, new TreeMap<>());
    server.pass(5_000);
    settleAll(last);
    server.settle();
    harvest();
    check(STEPS);
    Topic dead = server.broker().catalog().find("DLQ.q");
    Set<Long> buried = new HashSet<>();
    if (dead != null) {
      server
          .values(dead.partition(0))
          .forEach(value -> assertThat(buried.add(Long.parseLong(value))).isTrue());
    }
    assertThat(buried).doesNotContainAnyElementsOf(accepted);
    assertThat(accepted.size() + buried.size()).as("seed %d", seed).isEqualTo((int) produced);
  }

  private void settleAll(TestConsumer consumer) {
    List<Long> all = List.copyOf(consumer.held.keySet());
    consumer.held.clear();
    Answer<Void> answer =
        server.begin(
            r ->
                server
                    .broker()
                    .cursors()
                    .settle(
                        key,
                        consumer.key(),
                        Outcome.ACCEPT,
                        all.stream().map(offset -> new OffsetRun(offset, offset)).toList(),
                        r));
    accepting.put(answer, all);
  }

  private void withSome(java.util.function.Consumer<TestConsumer> action) {
    if (!consumers.isEmpty()) {
      List<TestConsumer> all = new ArrayList<>(consumers.values());
      all.sort(java.util.Comparator.comparing(c -> c.key().connection()));
      action.accept(all.get(random.nextInt(all.size())));
    }
  }
}
