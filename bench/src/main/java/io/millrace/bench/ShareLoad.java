package io.millrace.bench;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A share group with one member that accepts all records of a topic (KIP-932). One thread. */
final class ShareLoad {
  private static final String GROUP = "share";
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final long PATIENCE_NS = Duration.ofMinutes(2).toNanos();

  private final String bootstrap;

  ShareLoad(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  /**
   * Seconds from the first record to the last.
   *
   * @throws IllegalStateException when one came twice, or did not come
   */
  double take(String topic, int records) throws ExecutionException, InterruptedException {
    beginAtTheEarliest();
    Map<Integer, BitSet> seen = new HashMap<>();
    try (KafkaShareConsumer<byte[], byte[]> consumer =
        new KafkaShareConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "group.id", GROUP),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      long askedNs = System.nanoTime();
      long startedNs = 0;
      for (int got = 0; got < records; ) {
        ConsumerRecords<byte[], byte[]> some = consumer.poll(POLL);
        if (startedNs == 0 && !some.isEmpty()) {
          startedNs = System.nanoTime();
        }
        for (ConsumerRecord<byte[], byte[]> each : some) {
          BitSet offsets = seen.computeIfAbsent(each.partition(), it -> new BitSet());
          if (offsets.get((int) each.offset())) {
            throw new IllegalStateException("record " + each.offset() + " came twice");
          }
          offsets.set((int) each.offset());
          got++;
        }
        if (System.nanoTime() - askedNs > PATIENCE_NS) {
          throw new IllegalStateException("only " + got + " of " + records + " records came");
        }
      }
      return (System.nanoTime() - startedNs) / 1e9;
    }
  }

  private void beginAtTheEarliest() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.GROUP, GROUP),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("share.auto.offset.reset", "earliest"),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }
}
