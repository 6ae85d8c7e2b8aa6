package io.millrace.it.kafka;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Has Kafka's {@code SmokeTestDriver} send, and verify when the application has nothing left to do.
 * The driver's own {@code main} verifies at once, and takes an application that is still at work
 * for a wrong one. To be run with Kafka's libraries, which are not on the class path of the tests.
 */
public final class SmokeProgram {
  private static final String DRIVER = "org.apache.kafka.streams.tests.SmokeTestDriver";
  private static final int KEYS = 20;
  private static final int RECORDS_PER_KEY = 500;
  private static final Duration SENDING = Duration.ofSeconds(30);
  private static final int STILL_SECONDS = 3;

  private SmokeProgram() {}

  /** Runs against the server at {@code arguments[0]}, and ends with 0 if all was right. */
  public static void main(String[] arguments) throws Exception {
    String bootstrap = arguments[0];
    Class<?> driver = Class.forName(DRIVER);
    Method generate =
        driver.getMethod("generate", String.class, int.class, int.class, Duration.class);
    Method verify = driver.getMethod("verify", String.class, Map.class, int.class, boolean.class);
    Object sent = generate.invoke(null, bootstrap, KEYS, RECORDS_PER_KEY, SENDING);
    System.out.println("sent");
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      awaitStillness(admin);
    }
    Object result = verify.invoke(null, bootstrap, sent, RECORDS_PER_KEY, true);
    Method passed = result.getClass().getMethod("passed");
    passed.setAccessible(true);
    System.exit(Boolean.TRUE.equals(passed.invoke(result)) ? 0 : 1);
  }

  /** Waits until all that was sent is processed, and what comes of it at its end too. */
  private static void awaitStillness(Admin admin) throws Exception {
    Map<TopicPartition, Long> before = Map.of();
    for (int still = 0; still < STILL_SECONDS; ) {
      Thread.sleep(Duration.ofSeconds(1).toMillis());
      Map<TopicPartition, Long> now = ends(admin);
      still = now.equals(before) && isProcessed(admin, now) ? still + 1 : 0;
      before = now;
    }
  }

  private static boolean isProcessed(Admin admin, Map<TopicPartition, Long> ends) throws Exception {
    var offsets = admin.listConsumerGroupOffsets("SmokeTest").partitionsToOffsetAndMetadata().get();
    return ends.entrySet().stream()
        .filter(end -> end.getKey().topic().equals("data"))
        .allMatch(
            end -> {
              var offset = offsets.get(end.getKey());
              return offset != null && offset.offset() == end.getValue();
            });
  }

  private static Map<TopicPartition, Long> ends(Admin admin) throws Exception {
    var topics = admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get();
    Map<TopicPartition, OffsetSpec> all =
        topics.values().stream()
            .flatMap(
                topic ->
                    topic.partitions().stream()
                        .map(each -> new TopicPartition(topic.name(), each.partition())))
            .collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest()));
    return admin.listOffsets(all).all().get().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }
}
