package io.millrace.examples;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * Receives orders and acknowledges them: the first half message by message, the second half in
 * transactions of a hundred.
 *
 * <pre>java -cp … io.millrace.examples.OrderReceiver 3000</pre>
 *
 * Exits with 1 when fewer came than were wanted, or one came twice.
 */
public final class OrderReceiver {
  private static final int PER_TRANSACTION = 100;
  private static final long PATIENCE_MS = 10_000;

  private final Set<String> numbers = new HashSet<>();
  private BigDecimal value = BigDecimal.ZERO;
  private int received;
  private int twice;

  private OrderReceiver() {}

  public static void main(String[] arguments) throws NamingException, JMSException {
    int wanted = Integer.parseInt(arguments[0]);
    OrderReceiver receiver = new OrderReceiver();
    receiver.receive(wanted);
    if (receiver.received < wanted || receiver.twice > 0) {
      System.exit(1);
    }
  }

  private void receive(int wanted) throws NamingException, JMSException {
    InitialContext directory = new InitialContext();
    ConnectionFactory factory = (ConnectionFactory) directory.lookup("ConnectionFactory");
    Queue queue = (Queue) directory.lookup("orders");
    int half = wanted / 2;
    Stopwatch watch = new Stopwatch();
    try (Connection connection = factory.createConnection()) {
      connection.start();
      receiveEach(connection, queue, half);
      receiveTransacted(connection, queue, wanted - received);
    }
    System.out.printf(
        "received and acknowledged %s, worth %s, %d twice%n", watch.rate(received), value, twice);
  }

  private void receiveEach(Connection connection, Queue queue, int wanted) throws JMSException {
    try (Session session = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(queue)) {
      for (int i = 0; i < wanted; i++) {
        Message message = consumer.receive(PATIENCE_MS);
        if (message == null) {
          return;
        }
        handle(message);
        message.acknowledge();
      }
    }
  }

  private void receiveTransacted(Connection connection, Queue queue, int wanted)
      throws JMSException {
    try (Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageConsumer consumer = session.createConsumer(queue)) {
      for (int i = 1; i <= wanted; i++) {
        Message message = consumer.receive(PATIENCE_MS);
        if (message == null) {
          session.commit();
          return;
        }
        handle(message);
        if (i % PER_TRANSACTION == 0 || i == wanted) {
          session.commit();
        }
      }
    }
  }

  private void handle(Message message) throws JMSException {
    String[] order = message.getBody(String.class).split(",", -1);
    received++;
    if (!numbers.add(message.getJMSMessageID())) {
      twice++;
    }
    value = value.add(new BigDecimal(order[6]).multiply(new BigDecimal(order[5])));
  }
}
