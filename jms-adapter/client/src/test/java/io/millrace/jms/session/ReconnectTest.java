package io.millrace.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jms.MillraceConnectionFactory;
import io.millrace.jms.testserver.TestServer;
import io.millrace.jms.wire.Ack;
import io.millrace.jms.wire.ClientFrame;
import io.millrace.jms.wire.Commit;
import io.millrace.jms.wire.Consume;
import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Hello;
import io.millrace.jms.wire.Send;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.TransactionRolledBackException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReconnectTest {
  private static final long LONG_MS = 10_000;

  private TestServer server;
  private Connection connection;
  private final List<JMSException> reported = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server = new TestServer();
    connection = new MillraceConnectionFactory(server.uri()).createConnection();
    connection.setExceptionListener(reported::add);
    connection.start();
  }

  @AfterEach
  void stop() throws JMSException, IOException {
    connection.close();
    server.close();
    assertThat(server.failures()).isEmpty();
  }

  @Test
  void sendsAgainWhatWasNotReceived() throws JMSException {
    Session session = connection.createSession();
    MessageProducer producer = session.createProducer(session.createQueue("q"));
    server.broker().breakOnceBefore(Send.class::isInstance);

    producer.send(session.createTextMessage("1"));
    producer.send(session.createTextMessage("2"));

    assertThat(texts("q", 2)).containsExactly("1", "2");
    assertThat(reported).isEmpty();
  }

  @Test
  void neverDoublesWhatWasStoredAndNotAnswered() throws JMSException {
    Session session = connection.createSession();
    MessageProducer producer = session.createProducer(session.createQueue("q"));
    producer.send(session.createTextMessage("1"));
    server.broker().breakOnceBehind(Send.class::isInstance);

    producer.send(session.createTextMessage("2"));
    producer.send(session.createTextMessage("3"));

    assertThat(texts("q", 3)).containsExactly("1", "2", "3");
    assertThat(server.broker().queue("q").size()).isEqualTo(3);
  }

  @Test
  void keepsOrderAndCountAcrossManyBreaks() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Session session = connection.createSession();
    MessageProducer producer = session.createProducer(session.createQueue("many"));
    int count = 4000;
    CountDownLatch all = new CountDownLatch(count);
    CompletionListener counting = counting(all);
    for (int i = 0; i < count; i++) {
      producer.send(session.createTextMessage("" + i), counting);
      if (random.nextInt(300) == 0) {
        Predicate<ClientFrame> send = Send.class::isInstance;
        if (random.nextBoolean()) {
          server.broker().breakOnceBefore(send);
        } else {
          server.broker().breakOnceBehind(send);
        }
      }
    }

    assertThat(all.await(40, TimeUnit.SECONDS)).as("seed %s", seed).isTrue();
    assertThat(server.broker().queue("many").size()).as("seed %s", seed).isEqualTo(count);
    List<String> got = texts("many", count);
    for (int i = 0; i < count; i++) {
      assertThat(got.get(i)).as("seed %s", seed).isEqualTo("" + i);
    }
  }

  @Test
  void consumesOnBehindABreakWithoutRepeatsOrGaps() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Queue queue = fill("consume", 3000);
    Session session = connection.createSession();
    List<String> got = new ArrayList<>();
    MessageConsumer consumer = session.createConsumer(queue);
    for (int i = 0; i < 3000; i++) {
      Message message = consumer.receive(LONG_MS);
      assertThat(message).as("message %s, seed %s", i, seed).isNotNull();
      got.add(text(message));
      if (random.nextInt(300) == 0) {
        server.breakConnections();
      }
    }

    assertThat(got).as("seed %s", seed).doesNotHaveDuplicates().hasSize(3000);
    assertThat(got.get(2999)).isEqualTo("2999");
    assertThat(consumer.receiveNoWait()).isNull();
    consumer.close();
    assertThat(server.broker().queue("consume").settled()).isEqualTo(3000);
  }

  @Test
  void claimsTheMessagesThatItStillHolds() throws JMSException {
    Queue queue = fill("held", 5);
    Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
    MessageConsumer consumer = session.createConsumer(queue);
    Message first = consumer.receive(LONG_MS);
    server.breakConnections();
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("1");

    first.acknowledge();

    assertThat(server.broker().queue("held").settled()).isEqualTo(2);
    Consume again = last(server.broker().received(Consume.class));
    assertThat(again.held()).isNotEmpty();
    assertThat(again.held().get(0).first()).isZero();
  }

  @Test
  void goesOnWhenAllThatTheServerMaySendIsTakenBeforeTheLinkIsUp() throws Exception {
    int window = 16;
    Queue queue = fill("quick", 3 * window);
    try (Connection quick =
        new MillraceConnectionFactory(server.uri() + "?prefetch=" + window).createConnection()) {
      quick.start();
      Session session = quick.createSession(Session.CLIENT_ACKNOWLEDGE);
      MessageConsumer consumer = session.createConsumer(queue);
      quick.createSession().createConsumer(session.createQueue("other"));
      List<String> got = new ArrayList<>();
      got.add(text(consumer.receive(LONG_MS)));
      server.broker().holdConsumes("other");
      server.breakConnections();
      Awaitility.await().until(() -> server.broker().received(Consume.class).size() == 4);
      while (got.size() <= window) {
        got.add(text(consumer.receive(LONG_MS)));
      }

      server.broker().answerConsumes();

      while (got.size() < 3 * window) {
        got.add(text(consumer.receive(LONG_MS)));
      }
      assertThat(got).doesNotHaveDuplicates();
    }
  }

  @Test
  void forgetsWaitingMessagesThatWereLost() throws JMSException {
    Queue queue = fill("lost", 4);
    Session session = connection.createSession();
    MessageConsumer consumer = session.createConsumer(queue);
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");
    server.setAccepting(false);
    server.breakConnections();
    Awaitility.await().until(() -> server.connections() == 0);
    server.broker().queue("lost").steal(2);
    server.setAccepting(true);
    session.createProducer(queue).send(session.createTextMessage("more"));

    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("1");
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("3");
  }

  @Test
  void keepsALostMessageThatIsDeliveredAnew() throws JMSException {
    Queue queue = fill("lost", 4);
    Session session = connection.createSession();
    MessageConsumer consumer = session.createConsumer(queue);
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");
    server.setAccepting(false);
    server.breakConnections();
    Awaitility.await().until(() -> server.connections() == 0);
    server.broker().queue("lost").steal(2);
    server.broker().holdConsumes("lost");
    server.setAccepting(true);
    Awaitility.await().until(() -> server.broker().received(Consume.class).size() == 2);
    server.broker().free("lost", 2);
    server.broker().answerConsumes();
    session.createProducer(queue).send(session.createTextMessage("more"));

    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("1");
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("3");
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("2");
  }

  @Test
  void sendsUnconfirmedAcknowledgementsAgain() throws JMSException {
    Queue queue = fill("acks", 3);
    Session session = connection.createSession();
    MessageConsumer consumer = session.createConsumer(queue);
    server.broker().breakOnceBefore(Ack.class::isInstance);

    for (int i = 0; i < 3; i++) {
      assertThat(text(consumer.receive(LONG_MS))).isEqualTo("" + i);
    }
    session.close();

    assertThat(server.broker().queue("acks").settled()).isEqualTo(3);
  }

  @Test
  void sendsTheUnconfirmedAcknowledgementsOfAClosedConsumerAgain() throws JMSException {
    Queue queue = fill("acks", 1);
    Session session = connection.createSession();
    server.broker().breakOnceBefore(Ack.class::isInstance);
    try (MessageConsumer consumer = session.createConsumer(queue)) {
      assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");
    }

    session.close();

    assertThat(server.broker().queue("acks").settled()).isEqualTo(1);
  }

  @Test
  void aSessionWaitsForTheAcknowledgementsOfItsClosedConsumers() throws Exception {
    Queue queue = fill("acks", 1);
    Session session = connection.createSession();
    server.broker().holdConfirmations();
    try (MessageConsumer consumer = session.createConsumer(queue)) {
      assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");
    } // Returns though nothing is confirmed.

    CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> close(session));
    assertThatThrownBy(() -> closed.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    server.broker().confirm();

    closed.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aConsumerWaitsUntilWhatItHasNotShownIsGivenBack() throws Exception {
    Queue queue = fill("acks", 2);
    Session session = connection.createSession();
    server.broker().holdConfirmations();
    MessageConsumer consumer = session.createConsumer(queue);
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");

    CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> close(consumer));
    assertThatThrownBy(() -> closed.get(200, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    server.broker().confirm();

    closed.get(10, TimeUnit.SECONDS);
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception failed) {
      throw new CompletionException(failed);
    }
  }

  @Test
  void commitsOnceWhenTheAnswerIsLost() throws JMSException {
    Queue in = fill("tin", 2);
    Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
    MessageConsumer consumer = session.createConsumer(in);
    MessageProducer producer = session.createProducer(session.createQueue("tout"));
    server.broker().breakOnceBehind(Commit.class::isInstance);

    consumer.receive(LONG_MS);
    producer.send(session.createTextMessage("x"));
    session.commit();

    assertThat(server.broker().queue("tout").size()).isEqualTo(1);
    assertThat(server.broker().queue("tin").settled()).isEqualTo(1);
    assertThat(server.broker().received(Commit.class)).hasSize(2);
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("1");
    session.close();
  }

  @Test
  void goesOnWithASmallTransactionBehindABreak() throws JMSException {
    Queue in = fill("tin", 1);
    Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
    MessageConsumer consumer = session.createConsumer(in);
    MessageProducer producer = session.createProducer(session.createQueue("tout"));
    consumer.receive(LONG_MS);
    producer.send(session.createTextMessage("x"));

    server.breakConnections();
    session.commit();

    assertThat(server.broker().queue("tout").size()).isEqualTo(1);
    assertThat(server.broker().queue("tin").settled()).isEqualTo(1);
  }

  @Test
  void rollsBackATransactionWhoseMessagesWentToSomeoneElse() throws JMSException {
    Queue in = fill("tin", 1);
    Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
    MessageConsumer consumer = session.createConsumer(in);
    MessageProducer producer = session.createProducer(session.createQueue("tout"));
    consumer.receive(LONG_MS);
    producer.send(session.createTextMessage("x"));
    server.setAccepting(false);
    server.breakConnections();
    Awaitility.await().until(() -> server.connections() == 0);
    server.broker().queue("tin").steal(0);
    server.setAccepting(true);

    assertThatThrownBy(session::commit).isInstanceOf(TransactionRolledBackException.class);

    assertThat(server.broker().queue("tout").size()).isZero();
    session.close();
  }

  @Test
  void whatComesAnewBeforeGivingItBackIsConfirmedIsHeld() throws JMSException {
    Queue in = fill("tin", 1);
    Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
    MessageConsumer consumer = session.createConsumer(in);
    consumer.receive(LONG_MS);
    server.broker().holdConfirmations();
    session.rollback();
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");

    server.broker().confirm();
    assertThat(consumer.receiveNoWait()).isNull(); // Its answer comes behind the confirmation.
    session.commit();

    assertThat(server.broker().queue("tin").settled()).isEqualTo(1);
  }

  @Test
  void whatCameAnewIsNotGivenBackOnceMoreBehindABreak() throws JMSException {
    Queue in = fill("tin", 1);
    Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
    MessageConsumer consumer = session.createConsumer(in);
    consumer.receive(LONG_MS);
    server.broker().holdConfirmations();
    session.rollback();
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");

    server.breakConnections();
    server.broker().confirm();
    assertThat(consumer.receiveNoWait()).isNull();
    session.commit();

    assertThat(server.broker().queue("tin").settled()).isEqualTo(1);
    assertThat(consumer.receiveNoWait()).isNull();
  }

  @Test
  void whatWasLostWhileBeingGivenBackIsNotGivenBackOnceMore() throws JMSException {
    Queue in = fill("tin", 1);
    Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
    MessageConsumer consumer = session.createConsumer(in);
    consumer.receive(LONG_MS);
    server.setAccepting(false);
    server.broker().breakOnceBefore(Ack.class::isInstance);
    session.rollback();
    Awaitility.await().until(() -> server.connections() == 0);
    server.broker().queue("tin").steal(0);
    server.broker().holdConsumes("tin");
    server.setAccepting(true);
    Awaitility.await().until(() -> server.broker().received(Consume.class).size() == 2);
    server.broker().free("tin", 0);
    server.broker().answerConsumes();

    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");
    assertThat(consumer.receiveNoWait()).isNull();
    session.commit();
    assertThat(server.broker().queue("tin").settled()).isEqualTo(1);
  }

  private Session impatientSession() throws JMSException {
    connection.close();
    connection =
        new MillraceConnectionFactory(
                server.uri() + "?requestTimeoutMs=2000&reconnectMaxDelayMs=100")
            .createConnection();
    connection.start();
    return connection.createSession(true, Session.SESSION_TRANSACTED);
  }

  private AtomicBoolean refuseCommits() {
    AtomicBoolean refuse = new AtomicBoolean(true);
    server
        .broker()
        .refuse(frame -> frame instanceof Commit && refuse.get() ? ErrorCode.UNAVAILABLE : null);
    return refuse;
  }

  @Test
  void aCommitThatFailedCanBeAskedForAgainAndTakesPlaceOnce() throws JMSException {
    Queue in = fill("tin", 2);
    Session session = impatientSession();
    MessageConsumer consumer = session.createConsumer(in);
    MessageProducer producer = session.createProducer(session.createQueue("tout"));
    AtomicBoolean refuse = refuseCommits();
    consumer.receive(LONG_MS);
    producer.send(session.createTextMessage("x"));

    assertThatThrownBy(session::commit).isInstanceOf(ResourceAllocationException.class);
    consumer.receive(LONG_MS);
    producer.send(session.createTextMessage("y"));
    assertThatThrownBy(session::commit).isInstanceOf(ResourceAllocationException.class);
    assertThat(server.broker().queue("tout").size()).isZero();
    refuse.set(false);
    session.commit();

    assertThat(texts("tout", 2)).containsExactly("x", "y");
    assertThat(server.broker().queue("tin").settled()).isEqualTo(2);
    session.commit();
    assertThat(server.broker().queue("tin").settled()).isEqualTo(2);
  }

  @Test
  void aCommitThatFailedCanBeRolledBack() throws JMSException {
    Queue in = fill("tin", 1);
    Session session = impatientSession();
    MessageConsumer consumer = session.createConsumer(in);
    MessageProducer producer = session.createProducer(session.createQueue("tout"));
    AtomicBoolean refuse = refuseCommits();
    consumer.receive(LONG_MS);
    producer.send(session.createTextMessage("x"));
    assertThatThrownBy(session::commit).isInstanceOf(ResourceAllocationException.class);

    session.rollback();
    refuse.set(false);

    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");
    producer.send(session.createTextMessage("z"));
    session.commit();
    assertThat(texts("tout", 1)).containsExactly("z");
    assertThat(server.broker().queue("tin").settled()).isEqualTo(1);
  }

  @Test
  void aCommitThatTimedOutIsNotSentBehindTheRollback() throws JMSException {
    Queue in = fill("tin", 1);
    Session session = impatientSession();
    MessageConsumer consumer = session.createConsumer(in);
    MessageProducer producer = session.createProducer(session.createQueue("tout"));
    producer.send(session.createTextMessage("before"));
    session.commit();
    consumer.receive(LONG_MS);
    producer.send(session.createTextMessage("x"));
    server.setAccepting(false);
    server.breakConnections();

    assertThatThrownBy(session::commit)
        .isInstanceOf(JMSException.class)
        .isNotInstanceOf(TransactionRolledBackException.class);
    server.setAccepting(true);
    session.rollback();

    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");
    assertThat(server.broker().received(Commit.class)).hasSize(1);
    assertThat(server.broker().queue("tin").settled()).isZero();
    assertThat(server.broker().queue("tout").size()).isEqualTo(1);
  }

  @Test
  void whatARollbackCouldNotGiveBackComesBackLater() throws JMSException {
    Queue in = fill("tin", 1);
    Session session = impatientSession();
    MessageConsumer consumer = session.createConsumer(in);
    MessageProducer producer = session.createProducer(session.createQueue("tout"));
    producer.send(session.createTextMessage("before"));
    session.commit();
    consumer.receive(LONG_MS);
    producer.send(session.createTextMessage("x"));
    server.setAccepting(false);
    server.breakConnections();
    assertThatThrownBy(session::commit).isInstanceOf(JMSException.class);
    assertThatThrownBy(session::rollback).isInstanceOf(JMSException.class);
    server.setAccepting(true);

    session.commit();

    assertThat(server.broker().queue("tout").size()).as("what was rolled back").isEqualTo(1);
    assertThat(server.broker().queue("tin").settled()).isZero();
    assertThat(text(consumer.receive(LONG_MS))).isEqualTo("0");
  }

  @Test
  void aRollbackThatTheServerDecidedSaysWhatBecameOfTheTransactionBefore() throws JMSException {
    Queue in = fill("tin", 1);
    Session session = impatientSession();
    MessageConsumer consumer = session.createConsumer(in);
    MessageProducer producer = session.createProducer(session.createQueue("tout"));
    AtomicBoolean refuse = refuseCommits();
    producer.send(session.createTextMessage("first"));
    assertThatThrownBy(session::commit).isInstanceOf(ResourceAllocationException.class);
    refuse.set(false);
    consumer.receive(LONG_MS);
    producer.send(session.createTextMessage("second"));
    server.broker().queue("tin").steal(0);

    assertThatThrownBy(session::commit)
        .isInstanceOf(TransactionRolledBackException.class)
        .hasMessageContaining(
            "the transaction before it, whose commit had failed, has taken place");

    assertThat(texts("tout", 1)).containsExactly("first");
    session.commit();
    assertThat(server.broker().queue("tout").settled()).isEqualTo(1);
  }

  @Test
  void waitsWhileTheServerIsUnavailable() throws JMSException {
    Session session = connection.createSession();
    MessageProducer producer = session.createProducer(session.createQueue("full"));
    AtomicInteger refusals = new AtomicInteger();
    server
        .broker()
        .refuse(
            frame ->
                frame instanceof Send && refusals.incrementAndGet() <= 3
                    ? ErrorCode.UNAVAILABLE
                    : null);

    producer.send(session.createTextMessage("at last"));

    assertThat(refusals.get()).isEqualTo(4);
    assertThat(texts("full", 1)).containsExactly("at last");
  }

  @Test
  void failsOneMessageAndGoesOnWithTheNext() throws Exception {
    Session session = connection.createSession();
    MessageProducer producer = session.createProducer(session.createQueue("partly"));
    producer.send(session.createTextMessage("0"));
    AtomicInteger sends = new AtomicInteger();
    server
        .broker()
        .refuse(
            frame ->
                frame instanceof Send && sends.incrementAndGet() == 2 ? ErrorCode.TOO_LARGE : null);
    List<String> failed = new CopyOnWriteArrayList<>();
    CountDownLatch all = new CountDownLatch(200);
    for (int i = 1; i <= 200; i++) {
      producer.send(
          session.createTextMessage("" + i),
          new CompletionListener() {
            @Override
            public void onCompletion(Message message) {
              all.countDown();
            }

            @Override
            public void onException(Message message, Exception exception) {
              failed.add(text(message));
              all.countDown();
            }
          });
    }

    assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(failed).isNotEmpty();
    List<String> stored = texts("partly", 201 - failed.size());
    assertThat(stored).doesNotContainAnyElementsOf(failed);
    assertThat(server.broker().queue("partly").size()).isEqualTo(201 - failed.size());
  }

  @Test
  void translatesTheServersErrors() throws JMSException {
    Session session = connection.createSession();
    Queue queue = session.createQueue("errors");
    server.broker().refuse(f -> f instanceof Consume ? ErrorCode.SELECTOR : null);
    assertThatThrownBy(() -> session.createConsumer(queue, "a ="))
        .isInstanceOf(InvalidSelectorException.class);
    server.broker().refuse(f -> f instanceof Consume ? ErrorCode.DESTINATION : null);
    assertThatThrownBy(() -> session.createConsumer(queue))
        .isInstanceOf(InvalidDestinationException.class);
    server.broker().refuse(f -> f instanceof Hello ? ErrorCode.AUTHENTICATION : null);
    MillraceConnectionFactory factory = new MillraceConnectionFactory(server.uri());
    assertThatThrownBy(factory::createConnection).isInstanceOf(JMSSecurityException.class);
    server.broker().refuse(f -> null);
  }

  @Test
  void reportsAConsumerThatTheServerClosed() throws JMSException {
    Session session = connection.createSession();
    Queue queue = session.createQueue("gone");
    session
        .createConsumer(queue)
        .setMessageListener(message -> reported.add(new JMSException("unexpected " + message)));

    server.broker().closeConsumersOf("gone");

    Awaitility.await().until(() -> reported.size() == 1);
    assertThat(reported.get(0)).isInstanceOf(InvalidDestinationException.class);
  }

  @Test
  void reportsAConnectionThatIsNotToBeOpenedAgain() throws Exception {
    Connection once =
        new MillraceConnectionFactory(server.uri() + "?reconnect=false").createConnection();
    List<JMSException> heard = new CopyOnWriteArrayList<>();
    once.setExceptionListener(heard::add);
    Session session = once.createSession();

    server.breakConnections();

    Awaitility.await().until(() -> heard.size() == 1);
    assertThatThrownBy(() -> session.createConsumer(session.createQueue("q")))
        .isInstanceOf(JMSException.class);
    once.close();
  }

  @Test
  void givesASilentServerUp() throws Exception {
    server.broker().setHeartbeatMs(50);
    Connection watchful = new MillraceConnectionFactory(server.uri()).createConnection();
    int before = server.broker().received(Hello.class).size();
    server.broker().setMute(true);

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> server.broker().received(Hello.class).size() > before);

    server.broker().setMute(false);
    watchful.createSession().close();
    watchful.close();
  }

  @Test
  void failsToConnectInTimeWhereNobodyListens() throws Exception {
    TestServer gone = new TestServer();
    String nobody = gone.uri();
    gone.close();
    MillraceConnectionFactory factory =
        new MillraceConnectionFactory(nobody + "?connectTimeoutMs=200");

    assertThatThrownBy(factory::createConnection)
        .isInstanceOf(JMSException.class)
        .hasMessageContaining(nobody);
  }

  private static CompletionListener counting(CountDownLatch all) {
    return new CompletionListener() {
      @Override
      public void onCompletion(Message message) {
        all.countDown();
      }

      @Override
      public void onException(Message message, Exception exception) {
        throw new AssertionError(exception);
      }
    };
  }

  private Queue fill(String name, int count) throws JMSException {
    Session session = connection.createSession();
    Queue queue = session.createQueue(name);
    MessageProducer producer = session.createProducer(queue);
    producer.setDeliveryMode(jakarta.jms.DeliveryMode.NON_PERSISTENT);
    for (int i = 0; i < count; i++) {
      producer.send(session.createTextMessage("" + i));
    }
    session.close();
    return queue;
  }

  private List<String> texts(String name, int count) throws JMSException {
    Session session = connection.createSession();
    MessageConsumer consumer = session.createConsumer(session.createQueue(name));
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text(consumer.receive(LONG_MS)));
    }
    assertThat(consumer.receiveNoWait()).isNull();
    session.close();
    return texts;
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  private static String text(Message message) {
    try {
      return ((TextMessage) message).getText();
    } catch (JMSException failed) {
      throw new AssertionError(failed);
    }
  }
}
