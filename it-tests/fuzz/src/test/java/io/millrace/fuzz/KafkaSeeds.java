package io.millrace.fuzz;

import io.millrace.server.door.kafka.KafkaRequests;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * What a Kafka client might send: each request as it should be, cut short, and with bits flipped.
 */
final class KafkaSeeds {
  private static final long SEED = 11;

  /** Later versions of AddPartitionsToTxn are between Kafka's own brokers. */
  private static final short LAST_OF_CLIENTS = 3;

  private KafkaSeeds() {}

  /** The bytes of a connection each. */
  static List<byte[]> all(Uuid topicId) {
    Map<ApiKeys, Function<Short, ApiMessage>> requests =
        KafkaRequests.about(KafkaServer.TOPIC, topicId, "group");
    Random random = new Random(SEED);
    List<byte[]> seeds = new ArrayList<>();
    List<byte[]> newest = new ArrayList<>();
    requests.forEach(
        (key, request) -> {
          short latest = latest(key);
          for (short version : key.allVersions()) {
            if (key.isVersionSupported(version) && version <= latest) {
              seeds.add(frames(KafkaRequests.frame(key, version, version, request.apply(version))));
            }
          }
          byte[] frame = KafkaRequests.frame(key, latest, newest.size(), request.apply(latest));
          newest.add(frame);
          seeds.add(frames(Arrays.copyOf(frame, frame.length / 2), frame));
          seeds.add(frames(frame, flipped(frame, random), frame));
        });
    seeds.add(frames(newest.toArray(byte[][]::new)));
    return seeds;
  }

  /** The newest version that clients use. */
  private static short latest(ApiKeys key) {
    return key == ApiKeys.ADD_PARTITIONS_TO_TXN ? LAST_OF_CLIENTS : key.latestVersion(false);
  }

  private static byte[] flipped(byte[] frame, Random random) {
    byte[] flipped = frame.clone();
    // Behind the key, the version and the correlation id: so that it is still this request.
    int at = 8 + random.nextInt(frame.length - 8);
    flipped[at] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }

  /** Frames one after another, each behind its size. */
  static byte[] frames(byte[]... frames) {
    ByteBuffer all =
        ByteBuffer.allocate(Arrays.stream(frames).mapToInt(frame -> 4 + frame.length).sum());
    for (byte[] frame : frames) {
      all.putInt(frame.length).put(frame);
    }
    return all.array();
  }
}
