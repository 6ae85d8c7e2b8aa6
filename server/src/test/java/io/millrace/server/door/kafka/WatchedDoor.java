package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.server.broker.Broker;
import io.millrace.server.testing.Bystander;
import io.millrace.server.testing.Warnings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;

/**
 * A {@link RunningDoor} for peers that misbehave: what it warns of is kept, and another client is
 * at work meanwhile. Closing it asserts that this client noticed nothing and that new ones are
 * served.
 */
final class WatchedDoor implements AutoCloseable {
  /** Of the Produce and Metadata requests sent here. */
  private static final short VERSION = 9;

  private final Warnings warnings = new Warnings("io.millrace.server.net");
  private final RunningDoor server;
  private final Bystander bystander;

  WatchedDoor(Path directory) throws Exception {
    server = new RunningDoor(directory);
    bystander = KafkaBystander.at(server.port());
  }

  int port() {
    return server.port();
  }

  Broker broker() {
    return server.broker();
  }

  /** What a gauge shows now. */
  double gauge(String name) {
    return server.gauge(name);
  }

  /** What a counter has counted; 0 for one that is not there yet. */
  double count(String name) {
    return server.count(name);
  }

  /** How many answers of an API said this error. */
  double errors(ApiKeys api, Errors error) {
    return server.count("millrace.kafka.errors", "api", api.name, "error", error.name());
  }

  /** What the log warned of so far. */
  List<String> warnings() {
    return warnings.lines();
  }

  /** So many connections were closed; the log gives a reason for each, the metric counts them. */
  void saysWhy(int connections, String... reason) {
    await()
        .untilAsserted(
            () -> {
              assertThat(server.count("millrace.connections.refused")).isEqualTo(connections);
              assertThat(warnings.lines()).hasSize(connections);
              assertThat(warnings.lines())
                  .last()
                  .asString()
                  .contains("closing connection ", " from /127.0.0.1:", "(kafka): ")
                  .contains(reason);
            });
  }

  /** When nobody is at work any more; the other client, which noticed nothing, stops for it. */
  void takesNoMemory() {
    bystander.noticedNothing();
    await().until(() -> server.gauge("millrace.requests.memory") == 0);
  }

  /** A client whose first request was answered. */
  RawClient introducedClient() throws IOException {
    RawClient client = new RawClient(server.port());
    client.send(new MetadataRequest.Builder(List.of(), false).build(VERSION), 3);
    client.receive(3, (short) 1);
    return client;
  }

  /** What produces records, right or wrong, to partition 0 of a topic. */
  static ProduceRequest produceRequest(String topic, short acks, ByteBuffer records) {
    return produceRequest(topic, 0, acks, records);
  }

  static ProduceRequest produceRequest(
      String topic, int partition, short acks, ByteBuffer records) {
    return new ProduceRequest(
        KafkaRequests.produce(topic, partition, acks, MemoryRecords.readableRecords(records)),
        VERSION);
  }

  /** The answer to a {@link #produceRequest}, which was the client's request 1. */
  static ProduceResponseData.PartitionProduceResponse answerTo(RawClient client)
      throws IOException {
    ProduceResponseData answer =
        ProduceResponse.parse(client.receive(1, (short) 1), VERSION).data();
    return answer.responses().iterator().next().partitionResponses().get(0);
  }

  /** A batch of one record. */
  static ByteBuffer records(String value) {
    return KafkaRequests.records(value.getBytes(StandardCharsets.UTF_8)).buffer();
  }

  @Override
  public void close() throws IOException {
    warnings.close();
    bystander.close();
    introducedClient().close();
    server.close();
  }
}
