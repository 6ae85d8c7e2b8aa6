package io.millrace.examples;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * Sends each line of a file as an order: the first half one by one, each of them stored when {@code
 * send} returns; the second half in transactions of a hundred, all or nothing.
 *
 * <pre>java -cp … io.millrace.examples.OrderSender orders.csv</pre>
 */
public final class OrderSender {
  private static final int PER_TRANSACTION = 100;

  private OrderSender() {}

  public static void main(String[] arguments) throws NamingException, JMSException, IOException {
    List<String> orders = orders(Path.of(arguments[0]));
    int half = orders.size() / 2;

    InitialContext directory = new InitialContext();
    ConnectionFactory factory = (ConnectionFactory) directory.lookup("ConnectionFactory");
    Queue queue = (Queue) directory.lookup("orders");

    try (Connection connection = factory.createConnection()) {
      Stopwatch one = new Stopwatch();
      sendEach(connection, queue, orders.subList(0, half));
      System.out.println("sent " + one.rate(half) + ", one by one");

      Stopwatch transacted = new Stopwatch();
      int commits = sendTransacted(connection, queue, orders.subList(half, orders.size()));
      System.out.println(
          "sent " + transacted.rate(orders.size() - half) + ", in " + commits + " transactions");
    }
  }

  private static List<String> orders(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    return lines.subList(1, lines.size()); // after the heading
  }

  private static void sendEach(Connection connection, Queue queue, List<String> orders)
      throws JMSException {
    try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        MessageProducer producer = session.createProducer(queue)) {
      producer.setDeliveryMode(DeliveryMode.PERSISTENT);
      for (String order : orders) {
        producer.send(message(session, order));
      }
    }
  }

  private static int sendTransacted(Connection connection, Queue queue, List<String> orders)
      throws JMSException {
    int commits = 0;
    try (Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(queue)) {
      for (int i = 0; i < orders.size(); i++) {
        producer.send(message(session, orders.get(i)));
        if ((i + 1) % PER_TRANSACTION == 0 || i + 1 == orders.size()) {
          session.commit();
          commits++;
        }
      }
    }
    return commits;
  }

  private static TextMessage message(Session session, String order) throws JMSException {
    String[] fields = order.split(",", -1);
    TextMessage message = session.createTextMessage(order);
    message.setJMSType("order");
    message.setStringProperty("country", fields[3]);
    message.setIntProperty("quantity", Integer.parseInt(fields[5]));
    return message;
  }
}
