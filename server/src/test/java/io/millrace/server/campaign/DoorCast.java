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
 * Clients of both protocols that talk to the server's doors over sockets: JMS and Kafka producers
 * of one topic, a Kafka consumer and a durable subscription of it, queues that JMS consumers drain
 * or move on in transactions; in some histories also members of a consumer group.
 */
final class DoorCast implements Cast {
  private static final int MOST_MOVES = 4;
  private static final int MOST_STEPS = 20;
  private static final int MOST_ROUNDS = 100;

  private final SteppedServer server;
  private final Random random;
  private final Doors doors;
  private final List<Flow> flows;

  DoorCast(SteppedServer server, Random random, boolean withGroup) {
    this.server = server;
    this.random = random;
    this.doors = new Doors(server, random);
    Topic events = server.createTopic(TopicSpec.topic("events", 2));
    subscribe(events, "mirror");
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
    this.flows = List.copyOf(all);
  }

  /** The subscription is there before the first message. */
  private void subscribe(Topic topic, String name) {
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
