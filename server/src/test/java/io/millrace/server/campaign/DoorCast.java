package io.millrace.server.campaign;

import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.Subscription;
import io.millrace.server.cursor.SubscriptionKey;
import io.millrace.server.cursor.SubscriptionSpec;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Clients of both protocols that talk to the server's doors over sockets. In most histories JMS and
 * Kafka producers of one topic, a Kafka consumer and a durable subscription of it, queues that JMS
 * consumers drain or move on in transactions, sometimes also members of a consumer group; in others
 * share groups.
 */
final class DoorCast implements Cast {
  private static final int MOST_MOVES = 4;
  private static final int MOST_STEPS = 20;
  private static final int MOST_ROUNDS = 100;

  private final SteppedServer server;
  private final Random random;
  private final Doors doors;
  private final List<Flow> flows;

  DoorCast(SteppedServer server, Random random, Doors doors, List<Flow> flows) {
    this.server = server;
    this.random = random;
    this.doors = doors;
    this.flows = List.copyOf(flows);
  }

  /** Producers and consumers of both protocols. */
  static DoorCast clients(SteppedServer server, Random random, boolean withGroup) {
    Doors doors = new Doors(server, random);
    Topic events = server.createTopic(TopicSpec.topic("events", 2));
    subscribe(server, events, "mirror");
    KafkaSendingFlow first = new KafkaSendingFlow(server, random, doors, events, 0);
    JmsSendingFlow second = new JmsSendingFlow(server, random, doors, events, 1);
    List<BatchWindow> both = List.of(first.window(), second.window());
    Topic orders = server.createTopic(TopicSpec.queue("orders"));
    JmsSendingFlow shop = new JmsSendingFlow(server, random, doors, orders, 0);
    Topic source = server.createTopic(TopicSpec.queue("source"));
    KafkaSendingFlow feeder = new KafkaSendingFlow(server, random, doors, source, 0);
    List<Topic> targets =
        List.of(
            server.createTopic(TopicSpec.queue("first")),
            server.createTopic(TopicSpec.queue("second")));
    List<Flow> all =
        new ArrayList<>(
            List.of(
                first,
                second,
                new KafkaReadingFlow(server, random, doors, events, both),
                new JmsReceivingFlow(
                    server, random, doors, new JmsLink.Source("events", "mirror"), both),
                shop,
                new JmsReceivingFlow(
                    server,
                    random,
                    doors,
                    new JmsLink.Source("orders", null),
                    List.of(shop.window())),
                feeder,
                new JmsMovingFlow(server, random, doors, source, feeder.window(), targets)));
    if (withGroup) {
      all.add(new KafkaGroupFlow(server, random, doors, events));
    }
    return new DoorCast(server, random, doors, all);
  }

  /** Share groups, one of them in competition with JMS consumers of a queue. */
  static DoorCast sharing(SteppedServer server, Random random) {
    Doors doors = new Doors(server, random);
    List<Flow> all = new ArrayList<>();
    Topic facts = server.createTopic(TopicSpec.topic("facts", 2));
    KafkaSendingFlow first = new KafkaSendingFlow(server, random, doors, facts, 0);
    JmsSendingFlow second = new JmsSendingFlow(server, random, doors, facts, 1);
    List<BatchWindow> both = List.of(first.window(), second.window());
    Topic jobs = server.createTopic(TopicSpec.queue("jobs"));
    JmsSendingFlow shop = new JmsSendingFlow(server, random, doors, jobs, 0);
    List<BatchWindow> one = List.of(shop.window());
    Endings shared = new Endings(server, "DLQ.jobs", one);
    all.add(first);
    all.add(second);
    all.add(
        ShareFlow.of(
            server, random, doors, "buriers", facts, "dead", new Endings(server, "dead", both)));
    all.add(
        ShareFlow.of(server, random, doors, "givers", facts, "", new Endings(server, "", both)));
    all.add(shop);
    all.add(ShareFlow.ofQueue(server, random, doors, "mixed", jobs, shared));
    all.add(new JmsReceivingFlow(random, doors, new JmsLink.Source("jobs", null), shared));
    return new DoorCast(server, random, doors, all);
  }

  /** The subscription is there before the first message. */
  private static void subscribe(SteppedServer server, Topic topic, String name) {
    SubscriptionSpec all = new SubscriptionSpec(topic.id(), topic.partitions(), true, null, false);
    Subscription joined =
        server.ask(
            reply ->
                server
                    .broker()
                    .cursors()
                    .join(
                        new SubscriptionKey(null, name, true),
                        all,
                        new ConsumerKey(new UUID(0, 1), 1),
                        before -> {},
                        reply));
    for (int partition = 0; partition < topic.partitions(); partition++) {
      int of = partition;
      server.<Void>begin(
          reply ->
              server.broker().cursors().ensure(joined.part(of), joined.start(of), true, reply));
    }
    server.settle();
  }

  @Override
  public List<Flow> flows() {
    return flows;
  }

  @Override
  public void act() {
    flows.get(random.nextInt(flows.size())).act();
  }

  @Override
  public void work() {
    for (int moves = 1 + random.nextInt(MOST_MOVES); moves > 0; moves--) {
      doors.work();
      if (random.nextBoolean()) {
        server.settle();
      } else {
        for (int steps = random.nextInt(MOST_STEPS); steps > 0; steps--) {
          server.step();
        }
      }
      flows.forEach(Flow::hear);
    }
  }

  @Override
  public boolean calmDown() {
    int rounds = 0;
    do {
      doors.setHurries(true);
      doors.work();
      server.settle();
      flows.forEach(Flow::hear);
    } while (!doors.isQuiet() && ++rounds < MOST_ROUNDS);
    doors.setHurries(false);
    return doors.isQuiet();
  }

  @Override
  public void comeBack() {
    doors.comeBack();
  }
}
