package io.millrace.fuzz;

import static java.util.Objects.requireNonNull;

import io.millrace.server.door.kafka.KafkaRequests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.SaslAuthenticateRequestData;
import org.apache.kafka.common.message.SaslHandshakeRequestData;
import org.apache.kafka.common.message.ShareFetchRequestData;
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
    seeds.add(bearerLogin());
    seeds.add(shareSession(requests));
    return seeds;
  }

  /** A login with a token (KIP-255), and a second one on the same connection. */
  private static byte[] bearerLogin() {
    byte[] message =
        "n,,\u0001auth=Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl\u0001\u0001"
            .getBytes(StandardCharsets.UTF_8);
    byte[] handshake =
        KafkaRequests.frame(
            ApiKeys.SASL_HANDSHAKE,
            ApiKeys.SASL_HANDSHAKE.latestVersion(false),
            1,
            new SaslHandshakeRequestData().setMechanism("OAUTHBEARER"));
    byte[] authenticate =
        KafkaRequests.frame(
            ApiKeys.SASL_AUTHENTICATE,
            ApiKeys.SASL_AUTHENTICATE.latestVersion(false),
            2,
            new SaslAuthenticateRequestData().setAuthBytes(message));
    return frames(handshake, authenticate, handshake, authenticate);
  }

  /** A member of a share group that joins, fetches, acknowledges and ends its session. */
  private static byte[] shareSession(Map<ApiKeys, Function<Short, ApiMessage>> requests) {
    short join = latest(ApiKeys.SHARE_GROUP_HEARTBEAT);
    short fetch = latest(ApiKeys.SHARE_FETCH);
    short acknowledge = latest(ApiKeys.SHARE_ACKNOWLEDGE);
    ShareFetchRequestData last =
        (ShareFetchRequestData) requireNonNull(requests.get(ApiKeys.SHARE_FETCH)).apply(fetch);
    last.setShareSessionEpoch(-1);
    return frames(
        KafkaRequests.frame(
            ApiKeys.SHARE_GROUP_HEARTBEAT,
            join,
            1,
            requireNonNull(requests.get(ApiKeys.SHARE_GROUP_HEARTBEAT)).apply(join)),
        KafkaRequests.frame(
            ApiKeys.SHARE_FETCH,
            fetch,
            2,
            requireNonNull(requests.get(ApiKeys.SHARE_FETCH)).apply(fetch)),
        KafkaRequests.frame(
            ApiKeys.SHARE_ACKNOWLEDGE,
            acknowledge,
            3,
            requireNonNull(requests.get(ApiKeys.SHARE_ACKNOWLEDGE)).apply(acknowledge)),
        KafkaRequests.frame(ApiKeys.SHARE_FETCH, fetch, 4, last));
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
