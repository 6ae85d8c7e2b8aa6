package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.net.NetConfig;
import io.millrace.server.testing.Warnings;
import java.nio.file.Path;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that asks and does not read what it is answered. */
@Timeout(60)
final class DeafClientsTest {
  private static final int IDLE_MS = 1_000;
  private static final int RECEIVE_BYTES = 4_096;

  /** Their answers are more than the operating system keeps. */
  private static final int REQUESTS = 20_000;

  @TempDir Path directory;

  @Test
  void isClosedAndNamedWhileOthersAreServed() throws Exception {
    try (RunningDoor server =
            new RunningDoor(
                directory, NetConfig.DEFAULT.withTimes(IDLE_MS, NetConfig.DEFAULT.firstBytesMs()));
        KafkaProducer<String, String> bystander = server.producer();
        Warnings warnings = new Warnings("io.millrace.server.net");
        RawClient deaf = new RawClient(server.port(), RECEIVE_BYTES)) {
      byte[] frame =
          KafkaRequests.frame(ApiKeys.API_VERSIONS, (short) 0, 1, new ApiVersionsRequestData());
      deaf.sendRaw(
          RawClient.bytes(
              out -> {
                for (int i = 0; i < REQUESTS; i++) {
                  out.writeInt(frame.length);
                  out.write(frame);
                }
              }));

      do {
        bystander.send(new ProducerRecord<>("t", "v")).get();
      } while (server.registry().get("millrace.connections.refused").counter().count() == 0);

      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains(
              ":" + deaf.localPort() + " (kafka): it has taken none of its answers for 1000 ms");
      bystander.send(new ProducerRecord<>("t", "v")).get();
    }
  }
}
