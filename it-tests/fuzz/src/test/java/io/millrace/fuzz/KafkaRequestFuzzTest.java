package io.millrace.fuzz;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.kernel.Failures;
import io.millrace.server.door.kafka.KafkaRequests;
import io.millrace.server.net.EmbeddedConnection;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.ResponseHeader;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a Kafka client sends, it is answered in the protocol's terms or its connection is
 * closed: the server counts no failure, takes no memory out of proportion, keeps none, and serves
 * the next client.
 */
class KafkaRequestFuzzTest {
  private static final long PATIENCE_MS = 40_000;
  private static final long STEP_MS = 1_000;

  /** One connection's requests, however absurd, need less than this beside their own size. */
  private static final long MAX_ALLOCATED_BYTES = 256L << 20;

  /** These wait for something to happen as long as their client wishes. */
  private static final Set<ApiKeys> WAITING =
      Set.of(ApiKeys.FETCH, ApiKeys.SHARE_FETCH, ApiKeys.JOIN_GROUP, ApiKeys.SYNC_GROUP);

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void serve(byte[] bytes) {
    long allocated = allocatedToServe(bytes);
    if (allocated > MAX_ALLOCATED_BYTES) {
      // Perhaps for classes that had to be loaded, and changed by the fuzzer.
      allocated = allocatedToServe(bytes);
    }
    assertThat(allocated).as("bytes allocated").isLessThan(MAX_ALLOCATED_BYTES);
  }

  private static long allocatedToServe(byte[] bytes) {
    long failures = Failures.count();
    long allocated;
    try (KafkaServer server = new KafkaServer()) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      EmbeddedConnection client = server.connect();
      client.send(bytes);
      client.pass(PATIENCE_MS, STEP_MS);
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      checkAnswers(bytes, client);
      client.close();

      assertThat(server.requestBytes()).as("memory of requests").isZero();
      assertServes(server);
    }
    assertThat(Failures.count()).as("background failures, see the log").isEqualTo(failures);
    return allocated;
  }

  static List<byte[]> seeds() {
    try (KafkaServer server = new KafkaServer()) {
      return KafkaSeeds.all(server.topicId());
    }
  }

  /**
   * Each answer belongs to a request, in order; what has none waits, or the connection is closed.
   */
  private static void checkAnswers(byte[] bytes, EmbeddedConnection client) {
    Deque<RequestHeader> asked = headers(bytes);
    ByteBuffer answers = ByteBuffer.wrap(client.received());
    while (answers.hasRemaining()) {
      int size = answers.getInt();
      ByteBuffer answer = answers.slice(answers.position(), size);
      answers.position(answers.position() + size);
      RequestHeader header = asked.poll();
      while (header != null && header.correlationId() != answer.getInt(0)) {
        assertThat(header.apiKey()).as("a request without answer").isEqualTo(ApiKeys.PRODUCE);
        header = asked.poll();
      }
      assertThat(header).as("the request of an answer").isNotNull();
      checkReadable(header, answer);
    }
    if (client.isOpen()) {
      asked.removeIf(header -> header.apiKey() == ApiKeys.PRODUCE); // perhaps with acks=0
      if (!asked.isEmpty()) {
        assertThat(WAITING).contains(asked.element().apiKey());
      }
    }
  }

  private static void checkReadable(RequestHeader header, ByteBuffer answer) {
    ApiKeys key = header.apiKey();
    boolean known = header.apiVersion() >= 0 && key.isVersionSupported(header.apiVersion());
    short version = known ? header.apiVersion() : 0; // for versions of ApiVersions
    ResponseHeader.parse(answer, key.responseHeaderVersion(version));
    ByteBufferAccessor body = new ByteBufferAccessor(answer);
    AbstractResponse.parseResponse(key, body, version);
    assertThat(body.remaining()).as("%s version %d", key, version).isZero();
  }

  /** The headers of the whole frames up to the first that has none. */
  private static Deque<RequestHeader> headers(byte[] bytes) {
    Deque<RequestHeader> headers = new ArrayDeque<>();
    ByteBuffer stream = ByteBuffer.wrap(bytes);
    while (stream.remaining() >= Integer.BYTES) {
      int size = stream.getInt();
      if (size < 0 || size > stream.remaining()) {
        break;
      }
      try {
        headers.add(RequestHeader.parse(stream.slice(stream.position(), size)));
      } catch (RuntimeException refused) {
        break; // the server closes the connection here
      }
      stream.position(stream.position() + size);
    }
    return headers;
  }

  private static void assertServes(KafkaServer server) {
    EmbeddedConnection client = server.connect();
    short version = ApiKeys.API_VERSIONS.latestVersion(false);
    short produceVersion = 9;
    var requests = KafkaRequests.about(KafkaServer.OTHER, Uuid.ZERO_UUID, "other");
    ApiMessage hello = requireNonNull(requests.get(ApiKeys.API_VERSIONS)).apply(version);
    ApiMessage produce = requireNonNull(requests.get(ApiKeys.PRODUCE)).apply(produceVersion);

    client.send(
        KafkaSeeds.frames(
            KafkaRequests.frame(ApiKeys.API_VERSIONS, version, 1, hello),
            KafkaRequests.frame(ApiKeys.PRODUCE, produceVersion, 2, produce)));
    client.pass(STEP_MS, STEP_MS);

    ByteBuffer answers = ByteBuffer.wrap(client.received());
    ByteBufferAccessor first = body(answers, 1, (short) 0);
    assertThat(ApiVersionsResponse.parse(first, version).data().errorCode())
        .isEqualTo(Errors.NONE.code());
    ByteBufferAccessor second = body(answers, 2, (short) 1);
    assertThat(ProduceResponse.parse(second, produceVersion).errorCounts())
        .containsOnlyKeys(Errors.NONE);
  }

  private static ByteBufferAccessor body(ByteBuffer answers, int correlationId, short version) {
    assertThat(answers.remaining()).as("an answer").isPositive();
    int size = answers.getInt();
    ByteBuffer answer = answers.slice(answers.position(), size);
    answers.position(answers.position() + size);
    assertThat(ResponseHeader.parse(answer, version).correlationId()).isEqualTo(correlationId);
    return new ByteBufferAccessor(answer);
  }
}
