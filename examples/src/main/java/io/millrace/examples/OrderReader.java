package io.millrace.examples;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads the orders' log as a member of a consumer group, up to where it ends now, and commits how
 * far it came. What the queue's consumers did to the messages does not matter here.
 *
 * <pre>java -cp … io.millrace.examples.OrderReader 127.0.0.1:9092 reports [--rewind]</pre>
 */
public final class OrderReader {
  private static final String TOPIC = "orders";
  private static final Duration POLL = Duration.ofMillis(500);

  private OrderReader() {}

  public static void main(String[] arguments) {
    boolean rewind = Arrays.asList(arguments).contains("--rewind");
    String group = arguments[1];
    Stopwatch watch = new Stopwatch();
    try (KafkaConsumer<String, String> consumer = consumer(arguments[0], group)) {
      consumer.subscribe(List.of(TOPIC), new Rewind(consumer, rewind));
      Map<String, Integer> countries = new TreeMap<>();
      int read = 0;
      do {
        for (ConsumerRecord<String, String> order : consumer.poll(POLL)) {
          countries.merge(order.value().split(",", -1)[3], 1, Integer::sum);
          read++;
        }
      } while (!atEnd(consumer));
      consumer.commitSync();
      System.out.printf("group %s read %s %s%n", group, watch.rate(read), countries);
    }
  }

  private static boolean atEnd(KafkaConsumer<String, String> consumer) {
    Collection<TopicPartition> partitions = consumer.assignment();
    if (partitions.isEmpty()) {
      return false;
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    return partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L));
  }

  private static KafkaConsumer<String, String> consumer(String servers, String group) {
    Properties settings = new Properties();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
  }

  /** Goes back to the first order when partitions are assigned, if that is wanted. */
  private static final class Rewind implements ConsumerRebalanceListener {
    private final KafkaConsumer<String, String> consumer;
    private final boolean wanted;

    Rewind(KafkaConsumer<String, String> consumer, boolean wanted) {
      this.consumer = consumer;
      this.wanted = wanted;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      if (wanted) {
        consumer.seekToBeginning(partitions);
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // positions are committed at the end of the program only
    }
  }
}
