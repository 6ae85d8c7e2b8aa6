package io.millrace.it.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.support.Program;
import io.millrace.it.support.ServerProcess;
import io.millrace.jms.MillraceConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server process is killed again and again while messages are sent and received. The clients
 * see a pause, and every message arrives once.
 */
@Timeout(300)
class KillUnderLoadTest {
  private static final int KILLS = 3;
  private static final int PRODUCERS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory;
  private final Receipts receipts = new Receipts(PRODUCERS);
  private final Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
  private final AtomicInteger confirmed = new AtomicInteger();
  private final List<Connection> connections = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private interface Load {
    void send(Session session, MessageProducer producer, int id) throws Exception;
  }

  @Test
  void nothingIsLostOrTwiceWithSynchronousSends() throws Exception {
    int each = 3_000;
    run(
        each,
        (session, producer, id) -> {
          for (int i = 0; i < each; i++) {
            producer.send(message(session, id, i));
            confirmed.incrementAndGet();
          }
        });
  }

  @Test
  void nothingIsLostOrTwiceWithAsynchronousSends() throws Exception {
    int each = 40_000;
    run(
        each,
        (session, producer, id) -> {
          Semaphore window = new Semaphore(500);
          for (int i = 0; i < each; i++) {
            window.acquire();
            producer.send(message(session, id, i), new Confirmation(window));
          }
          window.acquire(500);
        });
  }

  private final class Confirmation implements CompletionListener {
    private final Semaphore window;

    Confirmation(Semaphore window) {
      this.window = window;
    }

    @Override
    public void onCompletion(Message message) {
      confirmed.incrementAndGet();
      window.release();
    }

    @Override
    public void onException(Message message, Exception exception) {
      errors.add(exception);
      window.release();
    }
  }

  private static Message message(Session session, int producer, int number) throws JMSException {
    Message message = session.createTextMessage("x".repeat(500));
    message.setIntProperty("producer", producer);
    message.setIntProperty("number", number);
    return message;
  }

  private void run(int each, Load load) throws Exception {
    try (ServerProcess server = ServerProcess.start(directory)) {
      MillraceConnectionFactory factory =
          new MillraceConnectionFactory("millrace://127.0.0.1:" + server.port());
      try {
        consume(factory);
        consume(factory);
        for (int id = 0; id < PRODUCERS; id++) {
          produce(factory, load, id);
        }
        for (int kill = 1; kill <= KILLS; kill++) {
          int threshold = kill * PRODUCERS * each / (KILLS + 1);
          await(server, each, () -> confirmed.get() >= threshold);
          server.kill();
          server.startAgain();
        }
        await(server, each, () -> receipts.unique() == PRODUCERS * each);
        for (Thread thread : threads) {
          thread.join();
        }
        assertThat(errors).isEmpty();
        assertThat(confirmed).hasValue(PRODUCERS * each);
        assertThat(receipts.duplicates()).isEmpty();
      } finally {
        for (Connection connection : connections) {
          connection.close();
        }
      }
    }
  }

  private void await(ServerProcess server, int each, Callable<Boolean> condition) throws Exception {
    try {
      Awaitility.await()
          .atMost(PATIENCE)
          .failFast("a client failed", () -> assertThat(errors).isEmpty())
          .until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(picture(server, each), e);
    }
  }

  /** All that tells where messages wait: here, in the queue, or with a thread of either side. */
  private String picture(ServerProcess server, int each) throws Exception {
    StringBuilder text = new StringBuilder();
    text.append(confirmed).append(" confirmed; missing: ").append(receipts.missing(each));
    text.append("\nduplicates: ").append(receipts.duplicates());
    String token = Files.readString(directory.resolve("admin-token")).strip();
    HttpRequest queue =
        HttpRequest.newBuilder(server.http().resolve("/api/v1/destinations/load"))
            .header("Authorization", "Bearer " + token)
            .build();
    text.append("\nqueue: ")
        .append(HttpClient.newHttpClient().send(queue, BodyHandlers.ofString()).body());
    String jstack = Path.of(System.getProperty("java.home"), "bin", "jstack").toString();
    text.append("\nserver:\n")
        .append(Program.run(PATIENCE, List.of(jstack, Long.toString(server.pid()))).out());
    text.append("\nclients:\n");
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> text.append(thread).append(Arrays.toString(stack)).append('\n'));
    return text.toString();
  }

  private void consume(MillraceConnectionFactory factory) throws JMSException {
    Connection connection = factory.createConnection();
    connections.add(connection);
    Session session = connection.createSession();
    session
        .createConsumer(session.createQueue("load"))
        .setMessageListener(
            message -> {
              try {
                receipts.add(message);
              } catch (JMSException e) {
                errors.add(e);
              }
            });
    connection.start();
  }

  private void produce(MillraceConnectionFactory factory, Load load, int id) throws JMSException {
    Connection connection = factory.createConnection();
    connections.add(connection);
    Session session = connection.createSession();
    MessageProducer producer = session.createProducer(session.createQueue("load"));
    Thread thread =
        new Thread(
            () -> {
              try {
                load.send(session, producer, id);
              } catch (Exception e) {
                errors.add(e);
              }
            },
            "producer-" + id);
    threads.add(thread);
    thread.start();
  }
}
