package io.millrace.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.millrace.it.support.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.EnableKafka;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultAfterRollbackProcessor;
import org.springframework.kafka.transaction.KafkaTransactionManager;
import org.springframework.util.backoff.FixedBackOff;

/**
 * An application of Spring Kafka that turns orders into invoices with exactly-once semantics, and
 * puts aside what it cannot read.
 */
@Timeout(180)
final class SpringKafkaTest {
  private static final int ORDERS = 200;
  private static final String POISON = "poison";

  @TempDir Path directory;

  /** Spring shows the whole stack of each failure of a listener. */
  @BeforeAll
  static void silence() {
    ((Logger) LoggerFactory.getLogger("org.springframework")).setLevel(Level.OFF);
    ((Logger) LoggerFactory.getLogger("org.apache.kafka")).setLevel(Level.WARN);
  }

  @Test
  void listensInTransactionsAndPutsAsideWhatFails() throws Exception {
    try (ServerProcess server = ServerProcess.start(directory);
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.getEnvironment().getSystemProperties().put("bootstrap", server.bootstrap());
      context.register(Application.class);
      context.refresh();
      KafkaTemplate<String, String> template = template(context);
      template.executeInTransaction(
          orders -> {
            for (int i = 0; i < ORDERS; i++) {
              var unused = orders.send("orders", Integer.toString(i % 7), Integer.toString(i));
            }
            return orders.send("orders", "bad", POISON);
          });

      Application application = context.getBean(Application.class);
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () -> {
                assertThat(application.invoices).hasSize(ORDERS);
                assertThat(application.putAside).containsExactly(POISON);
              });
      assertThat(application.invoices).doesNotHaveDuplicates();
    }
  }

  @SuppressWarnings("unchecked")
  private static KafkaTemplate<String, String> template(
      AnnotationConfigApplicationContext context) {
    return context.getBean(KafkaTemplate.class);
  }

  /** What users write. */
  @Configuration
  @EnableKafka
  static class Application {
    final List<String> invoices = Collections.synchronizedList(new ArrayList<>());
    final List<String> putAside = Collections.synchronizedList(new ArrayList<>());

    private static Map<String, Object> config() {
      Map<String, Object> config = new HashMap<>();
      config.put("bootstrap.servers", Objects.requireNonNull(System.getProperty("bootstrap")));
      return config;
    }

    @Bean
    KafkaAdmin admin() {
      return new KafkaAdmin(config());
    }

    @Bean
    NewTopic orders() {
      return new NewTopic("orders", 2, (short) 1);
    }

    @Bean
    NewTopic ordersPutAside() {
      return new NewTopic("orders-dlt", 2, (short) 1);
    }

    @Bean
    NewTopic invoices() {
      return new NewTopic("invoices", 2, (short) 1);
    }

    @Bean
    DefaultKafkaProducerFactory<String, String> producers() {
      DefaultKafkaProducerFactory<String, String> producers =
          new DefaultKafkaProducerFactory<>(
              config(), new StringSerializer(), new StringSerializer());
      producers.setTransactionIdPrefix("spring-");
      return producers;
    }

    @Bean
    KafkaTemplate<String, String> template() {
      return new KafkaTemplate<>(producers());
    }

    @Bean
    ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory() {
      Map<String, Object> config = config();
      config.put("isolation.level", "read_committed");
      config.put("auto.offset.reset", "earliest");
      ConcurrentKafkaListenerContainerFactory<String, String> listeners =
          new ConcurrentKafkaListenerContainerFactory<>();
      listeners.setConsumerFactory(
          new DefaultKafkaConsumerFactory<>(
              config, new StringDeserializer(), new StringDeserializer()));
      listeners.setConcurrency(2);
      listeners
          .getContainerProperties()
          .setKafkaAwareTransactionManager(new KafkaTransactionManager<>(producers()));
      listeners.setAfterRollbackProcessor(
          new DefaultAfterRollbackProcessor<>(
              new DeadLetterPublishingRecoverer(template()),
              new FixedBackOff(10, 2),
              template(),
              true));
      return listeners;
    }

    @KafkaListener(id = "accounting", topics = "orders")
    void onOrder(String order) {
      if (order.equals(POISON)) {
        throw new IllegalArgumentException("not an order");
      }
      var unused = template().send("invoices", order);
    }

    @KafkaListener(id = "printer", topics = "invoices")
    void onInvoice(String invoice) {
      invoices.add(invoice);
    }

    @KafkaListener(id = "inspector", topics = "orders-dlt")
    void onPutAside(String order) {
      putAside.add(order);
    }
  }
}
