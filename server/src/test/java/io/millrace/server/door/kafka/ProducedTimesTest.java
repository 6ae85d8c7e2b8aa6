package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which times Kafka's producers may give their records, and which codec in which version. */
@Timeout(60)
final class ProducedTimesTest {
  private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private RunningDoor server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningDoor(directory);
    try (Admin admin = server.admin()) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("t", 1, (short) 1),
                  new NewTopic("arrival", 1, (short) 1)
                      .configs(Map.of("message.timestamp.type", "LogAppendTime"))))
          .all()
          .get();
    }
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private void set(String name, String value) throws Exception {
    try (Admin admin = server.admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, "t"),
                  List.of(
                      new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private long send(String topic, long time) throws Exception {
    try (KafkaProducer<String, String> producer = server.producer()) {
      return producer.send(new ProducerRecord<>(topic, 0, time, "k", "v")).get().offset();
    }
  }

  private void isRefused(long time) {
    assertThatThrownBy(() -> send("t", time)).hasCauseInstanceOf(InvalidTimestampException.class);
  }

  @Test
  void recordsOfTomorrowAreRefusedUntilTheTopicTakesThem() throws Exception {
    long now = System.currentTimeMillis();
    isRefused(now + DAY_MS);
    isRefused(Long.MAX_VALUE);
    assertThat(send("t", now)).isZero();
    assertThat(send("arrival", now + DAY_MS)).as("the server's own time").isZero();
    set("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    assertThat(send("t", now + DAY_MS)).isEqualTo(1);
  }

  @Test
  void oldRecordsAreTakenUntilTheTopicRefusesThem() throws Exception {
    long now = System.currentTimeMillis();
    assertThat(send("t", now - DAY_MS)).isZero();
    set("message.timestamp.before.max.ms", "3600000");
    isRefused(now - DAY_MS);
    isRefused(0);
    assertThat(send("t", now)).isEqualTo(1);
  }

  @Test
  void zstdIsForClientsThatKnowIt() throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      for (short version = 3; version < 13; version++) {
        MemoryRecords records =
            MemoryRecords.withRecords(
                Compression.zstd().build(),
                new SimpleRecord(System.currentTimeMillis(), new byte[100]));
        ProduceResponse answer =
            (ProduceResponse)
                client.ask(ApiKeys.PRODUCE, version, KafkaRequests.produce("t", records));
        assertThat(
                Errors.forCode(
                    answer
                        .data()
                        .responses()
                        .iterator()
                        .next()
                        .partitionResponses()
                        .get(0)
                        .errorCode()))
            .as("version %d", version)
            .isEqualTo(version < 7 ? Errors.UNSUPPORTED_COMPRESSION_TYPE : Errors.NONE);
      }
    }
  }
}
