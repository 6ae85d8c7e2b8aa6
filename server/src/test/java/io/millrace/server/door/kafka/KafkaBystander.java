package io.millrace.server.door.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.testing.Bystander;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.ProduceResponse;

/** Produces a record and fetches it, on one connection that is never made again. */
final class KafkaBystander implements Bystander.Work {
  private static final String TOPIC = "bystander";
  private static final short PRODUCE = 9;
  private static final short FETCH = 12;
  private static final short METADATA = 9;
  private static final short FLEXIBLE = 1;

  private final RawClient client;
  private int correlationId;
  private long offset;

  private KafkaBystander(int port) throws IOException {
    client = new RawClient(port);
    client.send(new MetadataRequest.Builder(List.of(TOPIC), true).build(METADATA), correlationId);
    client.receive(correlationId++, FLEXIBLE);
  }

  static Bystander at(int port) throws Exception {
    return new Bystander(new KafkaBystander(port));
  }

  @Override
  public void once() throws IOException {
    String value = "value " + offset;
    client.send(
        KafkaRequests.frame(
            ApiKeys.PRODUCE,
            PRODUCE,
            correlationId,
            KafkaRequests.produce(TOPIC, KafkaRequests.records(value.getBytes(UTF_8)))));
    var produced =
        ProduceResponse.parse(client.receive(correlationId++, FLEXIBLE), PRODUCE)
            .data()
            .responses()
            .iterator()
            .next()
            .partitionResponses()
            .get(0);
    assertThat(Errors.forCode(produced.errorCode())).isEqualTo(Errors.NONE);
    assertThat(produced.baseOffset()).isEqualTo(offset);

    client.send(KafkaRequests.frame(ApiKeys.FETCH, FETCH, correlationId, fetch()));
    var fetched =
        FetchResponse.parse(client.receive(correlationId++, FLEXIBLE), FETCH)
            .data()
            .responses()
            .get(0)
            .partitions()
            .get(0);
    assertThat(Errors.forCode(fetched.errorCode())).isEqualTo(Errors.NONE);
    assertThat(((MemoryRecords) fetched.records()).records())
        .singleElement()
        .extracting(Record::offset, record -> UTF_8.decode(record.value()).toString())
        .containsExactly(offset, value);
    offset++;
  }

  private FetchRequestData fetch() {
    return new FetchRequestData()
        .setMaxWaitMs(10_000)
        .setMinBytes(1)
        .setSessionEpoch(-1)
        .setTopics(
            List.of(
                new FetchRequestData.FetchTopic()
                    .setTopic(TOPIC)
                    .setPartitions(
                        List.of(
                            new FetchRequestData.FetchPartition()
                                .setPartition(0)
                                .setFetchOffset(offset)
                                .setPartitionMaxBytes(1 << 20)))));
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
