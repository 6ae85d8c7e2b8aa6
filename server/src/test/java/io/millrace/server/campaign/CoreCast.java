package io.millrace.server.campaign;

import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.Subscription;
import io.millrace.server.cursor.SubscriptionKey;
import io.millrace.server.cursor.SubscriptionSpec;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Clients behind the doors: they ask the broker itself, and nothing of that is ever under way. */
final class CoreCast implements Cast {
  private final SteppedServer server;
  private final List<Flow> flows = new ArrayList<>();
  private final GroupFlow workers;

  CoreCast(SteppedServer server, Random random) {
    this.server = server;
    Topic topic = server.createTopic(TopicSpec.topic("events", 2));
    SendingFlow events = new SendingFlow(server, random, topic.partition(0));
    flows.add(events);
    flows.add(new QueueFlow(server, random, topic.name(), subscription(topic).part(0), events));
    SendingFlow more = new SendingFlow(server, random, topic.partition(1));
    flows.add(more);
    flows.add(new TopicFlow(server, random));
    flows.add(new OffsetFlow(server, random, "readers", topic.name()));
    flows.add(new OffsetFlow(server, random, "auditors", topic.name()));
    for (String name : List.of("orders", "mails")) {
      Topic queue = server.createTopic(TopicSpec.queue(name));
      SendingFlow sender = new SendingFlow(server, random, queue.partition(0));
      flows.add(sender);
      CursorKey cursor = new CursorKey(queue.id(), 0, CursorKey.QUEUE);
      flows.add(new QueueFlow(server, random, name, cursor, sender));
    }
    Topic source = server.createTopic(TopicSpec.queue("source"));
    SendingFlow sender = new SendingFlow(server, random, source.partition(0));
    List<Topic> targets =
        List.of(
            server.createTopic(TopicSpec.queue("first")),
            server.createTopic(TopicSpec.queue("second")));
    flows.add(sender);
    flows.add(new MovingFlow(server, random, source, sender, targets));
    Topic facts = server.createTopic(TopicSpec.topic("facts", 1));
    SendingFlow single = new SendingFlow(server, random, facts.partition(0));
    flows.add(single);
    GroupFlow group =
        new GroupFlow(
            server,
            random,
            List.of(
                new OffsetModel(topic.name(), events),
                new OffsetModel(topic.name(), more),
                new OffsetModel(facts.name(), single)));
    flows.add(group);
    this.workers = group;
  }

  private Subscription subscription(Topic topic) {
    SubscriptionSpec all = new SubscriptionSpec(topic.id(), 2, true, null, false);
    ConsumerKey consumer = new ConsumerKey(new UUID(0, 1), 1);
    return server.ask(
        reply ->
            server
                .broker()
                .cursors()
                .join(
                    new SubscriptionKey("client", "mirror", true),
                    all,
                    consumer,
                    before -> {},
                    reply));
  }

  @Override
  public List<Flow> flows() {
    return flows;
  }

  @Override
  public void act() {
    workers.act();
  }

  @Override
  public void work() {
    // Nothing lies between.
  }

  @Override
  public boolean calmDown() {
    return false; // its claims are looked at behind each start
  }

  @Override
  public void comeBack() {
    // Nothing was lost but what the clients lose themselves.
  }
}
