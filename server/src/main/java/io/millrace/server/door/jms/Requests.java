package io.millrace.server.door.jms;

import io.millrace.jms.wire.Ack;
import io.millrace.jms.wire.BodyDefault;
import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.CloseConsumer;
import io.millrace.jms.wire.CloseSession;
import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ConsumerClosed;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.Consuming;
import io.millrace.jms.wire.Credit;
import io.millrace.jms.wire.DeleteTemporary;
import io.millrace.jms.wire.DestinationInfo;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Done;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Goodbye;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.OpenSession;
import io.millrace.jms.wire.Pause;
import io.millrace.jms.wire.Ping;
import io.millrace.jms.wire.Poll;
import io.millrace.jms.wire.Pong;
import io.millrace.jms.wire.ProducerId;
import io.millrace.jms.wire.ProducerInfo;
import io.millrace.jms.wire.Request;
import io.millrace.jms.wire.Resolve;
import io.millrace.jms.wire.Rollback;
import io.millrace.jms.wire.Send;
import io.millrace.jms.wire.Sent;
import io.millrace.jms.wire.SetClientId;
import io.millrace.jms.wire.TransactedAck;
import io.millrace.jms.wire.Unsubscribe;
import io.millrace.jms.wire.Welcome;
import io.millrace.jms.wire.WireException;
import io.millrace.log.AppendResult;
import io.millrace.log.LogId;
import io.millrace.server.broker.Broker;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicKind;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.cursor.Departure;
import io.millrace.server.cursor.Outcome;
import io.millrace.server.cursor.SubscriptionKey;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.shard.Gather;
import io.millrace.server.shard.Reply;
import io.millrace.server.tx.TxSend;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What each request does: one method for one frame. On the event loop, guarded by the client.
 * Whatever a method throws is the request's answer.
 */
final class Requests {
  private final JmsConnection connection;
  private final DoorContext context;
  private final Broker broker;
  private final Commits commits;
  private final Greeting greeting;

  /** Whether the client was here before, so that it may repeat what it asked. */
  private boolean returned;

  Requests(JmsConnection connection, DoorContext context, Greeting greeting) {
    this.greeting = greeting;
    this.connection = connection;
    this.context = context;
    this.broker = context.broker();
    this.commits = new Commits(connection, broker.transactions(), context.metrics());
  }

  /** Returns whether the request counts as one in the works until it is answered. */
  boolean handle(JmsClient client, ClientFrame frame, int size) throws WireException {
    int requestId = frame instanceof Request request ? request.requestId() : 0;
    try {
      if (frame instanceof Send send) {
        return send(client, send, size);
      }
      if (frame instanceof Commit commit) {
        commits.commit(client, session(client, commit.sessionId()), commit, returned, size);
        return true;
      }
      simple(client, frame);
    } catch (RuntimeException e) {
      connection.fail(requestId, e, 0);
    }
    return false;
  }

  private void simple(JmsClient client, ClientFrame frame) throws WireException {
    switch (frame.type()) {
      case ACK -> ack(client, (Ack) frame);
      case CREDIT -> credit(client, (Credit) frame);
      case POLL -> poll(client, (Poll) frame);
      case PAUSE -> pause(client, (Pause) frame);
      case PING -> connection.answer(new Pong(((Ping) frame).requestId()), 0);
      case CONSUME -> consume(client, (Consume) frame);
      case CLOSE_CONSUMER -> closeConsumer(client, (CloseConsumer) frame);
      case OPEN_SESSION -> openSession(client, (OpenSession) frame);
      case CLOSE_SESSION -> closeSession(client, (CloseSession) frame);
      case ROLLBACK -> rollback(client, (Rollback) frame);
      case RESOLVE -> resolve(client, (Resolve) frame);
      case PRODUCER_ID -> producerId(client, (ProducerId) frame);
      case SET_CLIENT_ID -> setClientId(client, (SetClientId) frame);
      case UNSUBSCRIBE -> unsubscribe(client, (Unsubscribe) frame);
      case DELETE_TEMPORARY -> deleteTemporary(client, (DeleteTemporary) frame);
      case GOODBYE -> goodbye(client, (Goodbye) frame);
      default -> throw new WireException(frame.type() + " is not expected now");
    }
  }

  // ---- the connection

  /** Returns whether the request counts as one in the works until it is answered. */
  boolean hello(Hello hello, int size) {
    return greeting.greet(hello, size, user -> enter(hello, user));
  }

  private void enter(Hello hello, @Nullable String user) {
    connection.identify(user);
    Clients.Entry entry;
    try {
      entry = context.clients().enter(hello.connectionKey(), hello.clientId(), connection, context);
    } catch (RefusedException e) {
      connection.fail(hello.requestId(), e, 0);
      connection.close();
      return;
    }
    returned = hello.connectionKey().getMostSignificantBits() != 0;
    connection.bind(entry.client());
    connection.answer(
        new Welcome(
            hello.requestId(),
            connection.version(),
            broker.catalog().clusterId().toString(),
            context.config().nodeId(),
            entry.client().key(),
            context.config().maxFrameBytes(),
            context.config().heartbeatMs(),
            entry.resumed()),
        0);
  }

  private void setClientId(JmsClient client, SetClientId frame) {
    if (client.clientId() != null && !frame.clientId().equals(client.clientId())) {
      throw new RefusedException(ErrorCode.CLIENT_ID, "the connection has a client id already");
    }
    context.clients().claim(frame.clientId(), client);
    connection.answer(new Done(frame.requestId()), 0);
  }

  private void goodbye(JmsClient client, Goodbye frame) {
    client.end(
        Departure.CLOSED,
        () -> {
          connection.answer(new Done(frame.requestId()), 0);
          connection.finishLater();
        });
  }

  // ---- destinations

  private void resolve(JmsClient client, Resolve frame) {
    boolean temporaryName = frame.name().startsWith(Resolve.TEMPORARY_PREFIX);
    if (frame.temporary() && !temporaryName) {
      throw new RefusedException(
          ErrorCode.DESTINATION,
          "names of temporary destinations begin with " + Resolve.TEMPORARY_PREFIX);
    }
    Reply<Topic> reply =
        reply(
            frame.requestId(),
            topic -> {
              if (frame.temporary() && !isOwnTemporary(client, topic)) {
                connection.fail(
                    frame.requestId(),
                    new RefusedException(
                        ErrorCode.DESTINATION,
                        frame.name() + " is no temporary destination of this connection"),
                    0);
                return;
              }
              synchronized (client) {
                if (frame.temporary()) {
                  client.temporaries().add(topic.id());
                }
                connection.answer(
                    new DestinationInfo(
                        frame.requestId(),
                        connection.addDestination(topic),
                        topic.id(),
                        topic.partitions(),
                        BodyDefault.BYTES),
                    0);
              }
            });
    checkResolve(frame);
    if (frame.temporary()) {
      broker.ensureTopic(
          TopicSpec.temporary(
              frame.name(),
              frame.kind() == DestinationKind.QUEUE
                  ? TopicKind.TEMPORARY_QUEUE
                  : TopicKind.TEMPORARY_TOPIC,
              client.key().toString()),
          reply);
    } else if (frame.create() && !temporaryName) {
      broker.findOrAutoCreateTopic(
          frame.kind() == DestinationKind.QUEUE
              ? TopicSpec.queue(frame.name())
              : TopicSpec.topic(frame.name()),
          reply);
    } else {
      reply.ok(broker.catalog().get(frame.name()));
    }
  }

  private static boolean isOwnTemporary(JmsClient client, Topic topic) {
    return topic.kind().isTemporary() && client.key().toString().equals(topic.owner());
  }

  /** Who may use a destination may find it; a temporary one may be made by everybody. */
  private void checkResolve(Resolve frame) {
    Topic known = broker.catalog().find(frame.name());
    if (known != null) {
      connection.check(Operation.DESCRIBE, known);
    } else if (!frame.temporary()) {
      connection.check(Operation.DESCRIBE, frame.name());
      if (frame.create()) {
        connection.checkCreate(frame.name());
      }
    }
  }

  private void deleteTemporary(JmsClient client, DeleteTemporary frame) {
    Topic topic = connection.destination(frame.destinationId());
    if (!client.temporaries().contains(topic.id())) {
      throw new RefusedException(
          ErrorCode.DESTINATION, topic.name() + " is no temporary destination of this connection");
    }
    if (client.consumers().values().stream()
        .anyMatch(consumer -> consumer.topic().id().equals(topic.id()))) {
      throw new RefusedException(
          ErrorCode.DESTINATION_IN_USE, topic.name() + " still has consumers");
    }
    client.temporaries().remove(topic.id());
    broker.deleteTopic(
        topic.id(),
        reply(frame.requestId(), deleted -> connection.answer(new Done(frame.requestId()), 0)));
  }

  // ---- producing

  private void producerId(JmsClient client, ProducerId frame) {
    Reply<Long> toClient =
        reply(
            frame.requestId(),
            id -> {
              client.localProducers().add(id);
              connection.answer(new ProducerInfo(frame.requestId(), id, 0), 0);
            });
    if (frame.producerId() == ProducerId.NEW) {
      broker.nextProducerId(toClient);
    } else {
      toClient.ok(frame.producerId());
    }
  }

  private boolean send(JmsClient client, Send frame, int size) {
    LogId log = logOf(frame.destinationId(), frame.partition());
    SentBatches.checkUncompressed(frame.batch());
    Topic topic = connection.destination(frame.destinationId());
    if (frame.txId() == 0) {
      connection.check(Operation.WRITE, topic);
    } else {
      JmsSession.Open open = session(client, frame.sessionId()).open(frame.txId());
      try {
        connection.check(Operation.WRITE, topic);
      } catch (RefusedException e) {
        open.refuse(e); // nobody waits for an answer before the commit
        throw e;
      }
      open.addSend(new TxSend(log, frame.batch()), size, broker.transactions().maxBytes());
      return false;
    }
    broker.produce(
        log,
        frame.batch(),
        context
            .metrics()
            .send(
                new Reply<>() {
                  @Override
                  public void ok(AppendResult result) {
                    connection.answer(new Sent(frame.requestId(), result.baseOffset()), size);
                  }

                  @Override
                  public void fail(RuntimeException error) {
                    connection.fail(frame.requestId(), error, size);
                  }
                }));
    return true;
  }

  private LogId logOf(int destinationId, int partition) {
    Topic topic = connection.destination(destinationId);
    if (!topic.hasPartition(partition)) {
      throw CatalogException.unknownPartition(topic, partition);
    }
    return topic.partition(partition);
  }

  // ---- sessions and transactions

  private JmsSession session(JmsClient client, int id) {
    JmsSession session = client.sessions().get(id);
    if (session == null) {
      throw new RefusedException(ErrorCode.PROTOCOL, "there is no session number " + id);
    }
    return session;
  }

  private void openSession(JmsClient client, OpenSession frame) {
    if (client.sessions().size() >= context.config().maxSessions()) {
      throw new RefusedException(
          ErrorCode.LIMIT,
          "a connection has at most " + context.config().maxSessions() + " sessions");
    }
    client
        .sessions()
        .computeIfAbsent(frame.sessionId(), id -> new JmsSession(id, context.openTransactions()));
    connection.answer(new Done(frame.requestId()), 0);
  }

  private void closeSession(JmsClient client, CloseSession frame) {
    JmsSession session = client.sessions().remove(frame.sessionId());
    if (session == null) {
      connection.answer(new Done(frame.requestId()), 0);
      return;
    }
    session.close();
    List<JmsConsumer> consumers = client.consumersOf(frame.sessionId());
    client.consumers().values().removeAll(consumers);
    Gather all =
        new Gather(
            consumers.size(),
            () -> connection.answer(new Done(frame.requestId()), 0),
            error -> connection.fail(frame.requestId(), error, 0));
    session.whenQuiet(() -> consumers.forEach(consumer -> consumer.end(Departure.CLOSED, all)));
  }

  private void rollback(JmsClient client, Rollback frame) {
    session(client, frame.sessionId()).rollback();
    connection.answer(new Done(frame.requestId()), 0);
  }

  // ---- consuming

  private void consume(JmsClient client, Consume frame) {
    Topic topic = connection.destination(frame.destinationId());
    session(client, frame.sessionId());
    if (frame.selector() != null && !frame.selector().isBlank()) {
      throw new RefusedException(
          ErrorCode.SELECTOR, "this server does not evaluate message selectors yet");
    }
    if (client.consumers().size() >= context.config().maxConsumers()) {
      throw new RefusedException(
          ErrorCode.LIMIT,
          "a connection has at most " + context.config().maxConsumers() + " consumers");
    }
    connection.check(Operation.READ, topic);
    if (topic.kind().isTemporary() && !isOwnTemporary(client, topic)) {
      throw new RefusedException(
          ErrorCode.DESTINATION,
          "only the connection that made " + topic.name() + " may receive from it");
    }
    JmsConsumer consumer =
        new JmsConsumer(
            connection, client, broker.cursors(), frame, topic, subscription(client, frame));
    client.consumers().put(frame.consumerId(), consumer);
    consumer.open(
        broker.catalog(),
        new Reply<>() {
          @Override
          public void ok(Consuming response) {
            connection.answer(response, 0);
          }

          @Override
          public void fail(RuntimeException error) {
            synchronized (client) {
              client.consumers().remove(frame.consumerId(), consumer);
            }
            connection.fail(frame.requestId(), error, 0);
          }
        });
  }

  private @Nullable SubscriptionKey subscription(JmsClient client, Consume frame) {
    ConsumerMode mode = frame.mode();
    if (mode == ConsumerMode.QUEUE || !mode.isAcknowledged()) {
      return null;
    }
    String name = frame.subscriptionName();
    if (name == null || name.isEmpty()) {
      throw new RefusedException(ErrorCode.PROTOCOL, "a subscription needs a name");
    }
    if (mode == ConsumerMode.DURABLE && client.clientId() == null) {
      throw new RefusedException(
          ErrorCode.CLIENT_ID, "an unshared durable subscription needs a client id");
    }
    return new SubscriptionKey(client.clientId(), name, mode != ConsumerMode.SHARED_NON_DURABLE);
  }

  private JmsConsumer consumer(JmsClient client, int id) {
    JmsConsumer consumer = client.consumers().get(id);
    if (consumer == null) {
      throw new RefusedException(ErrorCode.PROTOCOL, "there is no consumer number " + id);
    }
    return consumer;
  }

  private void credit(JmsClient client, Credit frame) {
    JmsConsumer consumer = client.consumers().get(frame.consumerId());
    if (consumer != null) {
      checkStillReads(client, frame.consumerId(), consumer);
      consumer.addCredit(frame.messages());
    }
  }

  private void poll(JmsClient client, Poll frame) {
    JmsConsumer consumer = consumer(client, frame.consumerId());
    checkStillReads(client, frame.consumerId(), consumer);
    consumer.poll(connection.done(frame.requestId()));
  }

  /**
   * Ends a consumer that asks for more and may not receive any longer, since rules have changed.
   *
   * @throws RefusedException it may not
   */
  private void checkStillReads(JmsClient client, int id, JmsConsumer consumer) {
    try {
      connection.check(Operation.READ, consumer.topic());
    } catch (RefusedException e) {
      client.consumers().remove(id, consumer);
      Runnable end = () -> consumer.end(Departure.CLOSED, Reply.none("ending a consumer"));
      JmsSession session = client.sessions().get(consumer.sessionId());
      if (session == null) {
        end.run();
      } else {
        session.whenQuiet(end);
      }
      connection.send(new ConsumerClosed(id, e.code(), WireErrors.messageOf(e)));
      throw e;
    }
  }

  private void pause(JmsClient client, Pause frame) {
    consumer(client, frame.consumerId()).pause(connection.done(frame.requestId()));
  }

  private void closeConsumer(JmsClient client, CloseConsumer frame) {
    JmsConsumer consumer = client.consumers().get(frame.consumerId());
    if (consumer == null) {
      connection.answer(new Done(frame.requestId()), 0);
      return;
    }
    consumer.leave(
        reply(
            frame.requestId(),
            ended -> {
              if (ended) {
                synchronized (client) {
                  client.consumers().remove(frame.consumerId(), consumer);
                }
              }
              connection.answer(new Done(frame.requestId()), 0);
            }));
  }

  private void ack(JmsClient client, Ack frame) {
    if (frame.txId() != 0) {
      List<TransactedAck> acks =
          frame.ranges().stream()
              .map(range -> new TransactedAck(frame.consumerId(), range))
              .toList();
      session(client, frame.sessionId()).open(frame.txId()).addAcks(acks);
      connection.answer(new Done(frame.requestId()), 0);
      return;
    }
    JmsConsumer consumer = client.consumers().get(frame.consumerId());
    if (consumer == null) {
      // Nothing of it is in flight any more.
      connection.answer(new Done(frame.requestId()), 0);
      return;
    }
    Outcome outcome =
        switch (frame.outcome()) {
          case ACCEPT -> Outcome.ACCEPT;
          case RELEASE -> Outcome.RELEASE;
          case RETURN -> Outcome.RETURN;
          case REJECT -> Outcome.REJECT;
        };
    Reply<Void> answer = context.metrics().acknowledgement(connection.done(frame.requestId()));
    Runnable settle = () -> consumer.settle(outcome, frame.ranges(), answer);
    JmsSession session = client.sessions().get(consumer.sessionId());
    if (outcome == Outcome.ACCEPT || session == null) {
      settle.run();
    } else {
      // A commit that the client has given up on may still take what is given back here.
      session.whenQuiet(settle);
    }
  }

  private void unsubscribe(JmsClient client, Unsubscribe frame) {
    broker
        .cursors()
        .unsubscribe(
            new SubscriptionKey(client.clientId(), frame.subscriptionName(), true),
            topic -> connection.check(Operation.READ, topic),
            connection.done(frame.requestId()));
  }

  // ---- answers

  private <R> Reply<R> reply(int requestId, Consumer<R> onOk) {
    return new Reply<>() {
      @Override
      public void ok(R response) {
        onOk.accept(response);
      }

      @Override
      public void fail(RuntimeException error) {
        connection.fail(requestId, error, 0);
      }
    };
  }
}
