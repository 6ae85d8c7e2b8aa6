package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.door.kafka.api.BrokerSettings;
import io.millrace.server.door.kafka.api.KafkaDoorConfig;
import io.millrace.server.net.EmbeddedConnection;
import io.millrace.server.net.EmbeddedListener;
import io.millrace.server.net.NetConfig;
import io.millrace.server.testing.SteppedServer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.ResponseHeader;
import org.junit.jupiter.api.Test;

/** Producers that send more than the disk can take. */
final class BusyStoreTest {
  private static final short VERSION = 9;
  private static final int RECORD_BYTES = 900_000;
  private static final int REQUESTS = 12;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void isToldToTryAgainAtTheSameBroker() {
    try (SteppedServer server = new SteppedServer(3)) {
      server.createTopic(TopicSpec.topic("t", 1));
      EmbeddedConnection client = listener(server).connect();
      // As many as stay below the bytes in flight of a connection, all before the disk is asked.
      client.send(requests(0, REQUESTS));
      client.pass(1_000, 10);

      List<Errors> answers = answers(client);
      assertThat(answers).hasSize(REQUESTS).containsOnly(Errors.NONE, Errors.REQUEST_TIMED_OUT);
      assertThat(registry.get("millrace.store.refused").gauge().value())
          .isEqualTo(Collections.frequency(answers, Errors.REQUEST_TIMED_OUT));
      assertThat(Errors.REQUEST_TIMED_OUT.exception())
          .isInstanceOf(RetriableException.class)
          .isNotInstanceOf(InvalidMetadataException.class);

      client.send(requests(REQUESTS, 1));
      client.pass(1_000, 10);
      assertThat(answers(client).get(REQUESTS)).isEqualTo(Errors.NONE);
    }
  }

  private EmbeddedListener listener(SteppedServer server) {
    registry.gauge("millrace.store.refused", server.store(), store -> store.stats().refusals());
    KafkaDoor door =
        new KafkaDoor(
            server.broker(),
            KafkaDoorConfig.of("busy"),
            new BrokerSettings(true, 1, server.broker().catalog().configs()),
            new UnknownVolume("/data"),
            registry,
            server.agents().clock());
    return new EmbeddedListener(NetConfig.DEFAULT, List.of(door), registry, server.agents());
  }

  private static byte[] requests(int first, int count) {
    byte[][] frames = new byte[count][];
    for (int i = 0; i < count; i++) {
      frames[i] =
          KafkaRequests.frame(
              ApiKeys.PRODUCE,
              VERSION,
              first + i,
              KafkaRequests.produce("t", KafkaRequests.records(new byte[RECORD_BYTES])));
    }
    return KafkaRequests.framed(frames);
  }

  private static List<Errors> answers(EmbeddedConnection client) {
    List<Errors> errors = new ArrayList<>();
    ByteBuffer received = ByteBuffer.wrap(client.received());
    while (received.hasRemaining()) {
      int size = received.getInt();
      ByteBuffer answer = received.slice(received.position(), size);
      received.position(received.position() + size);
      assertThat(ResponseHeader.parse(answer, (short) 1).correlationId()).isEqualTo(errors.size());
      var topic =
          ProduceResponse.parse(new ByteBufferAccessor(answer), VERSION)
              .data()
              .responses()
              .iterator()
              .next();
      errors.add(Errors.forCode(topic.partitionResponses().get(0).errorCode()));
    }
    return errors;
  }
}
