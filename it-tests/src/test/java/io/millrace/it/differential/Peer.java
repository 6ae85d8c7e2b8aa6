package io.millrace.it.differential;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.server.door.kafka.KafkaRequests;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.ResponseHeader;

/** One of the two servers during one run of a script: its connections, and what was captured. */
final class Peer implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$(\\w+)");

  /** Upon these every client asks again. */
  private static final Set<String> AGAIN =
      Set.of(
          "COORDINATOR_NOT_AVAILABLE",
          "COORDINATOR_LOAD_IN_PROGRESS",
          "NOT_COORDINATOR",
          "NOT_LEADER_OR_FOLLOWER",
          "CONCURRENT_TRANSACTIONS");

  private final int port;
  private final Map<Integer, Connection> connections = new HashMap<>();
  private final Map<String, JsonNode> captured = new LinkedHashMap<>();
  private int lastId;

  /** A connection, and the request whose answer is still to come. */
  private static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;
    private ApiKeys api = ApiKeys.API_VERSIONS;
    private short version;
    private int id;

    Connection(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.setTcpNoDelay(true);
      out = new DataOutputStream(socket.getOutputStream());
      in = new DataInputStream(socket.getInputStream());
    }

    void send(ApiKeys newApi, short newVersion, int newId, ApiMessage request) throws IOException {
      api = newApi;
      version = newVersion;
      id = newId;
      out.write(KafkaRequests.framed(KafkaRequests.frame(api, version, id, request)));
    }

    JsonNode receive() throws IOException {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      int answered =
          ResponseHeader.parse(buffer, api.responseHeaderVersion(version)).correlationId();
      if (answered != id) {
        return AnswerTree.none("an answer to another request");
      }
      ApiMessage answer = api.messageType.newResponse();
      answer.read(new ByteBufferAccessor(buffer), version);
      return buffer.hasRemaining() ? AnswerTree.none("too long") : AnswerTree.of(answer, version);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  Peer(int port) {
    this.port = port;
  }

  /** What was captured so far. */
  Map<String, JsonNode> captured() {
    return captured;
  }

  /** Takes a step, asks again where clients do, and captures what the step wants to have. */
  JsonNode take(Step step, short version, int run) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS);
    JsonNode answer = once(step, version, run);
    while (isToBeAskedAgain(step, answer) && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(PAUSE_NS);
      answer = once(step, version, run);
    }
    JsonNode last = answer;
    step.captures().forEach((name, path) -> captured.put(name, last.at(path)));
    return answer;
  }

  private static boolean isToBeAskedAgain(Step step, JsonNode answer) {
    List<String> errors = answer.findValuesAsText("errorCode");
    return switch (step.kind()) {
      case ASK -> errors.stream().anyMatch(AGAIN::contains);
      case AWAIT -> errors.stream().anyMatch(error -> !error.equals("NONE"));
      case SEND, BEGIN, TAKE -> false;
    };
  }

  private JsonNode once(Step step, short version, int run) throws IOException {
    Connection connection = connection(step.connection());
    try {
      if (step.kind() != Step.Kind.TAKE) {
        ApiMessage request = RequestBuilder.build(step.api(), version, fields(step, run));
        connection.send(step.api(), version, ++lastId, request);
      }
      return step.kind() == Step.Kind.SEND || step.kind() == Step.Kind.BEGIN
          ? AnswerTree.none("sent")
          : connection.receive();
    } catch (SocketTimeoutException e) {
      forget(step.connection());
      return AnswerTree.none("no answer");
    } catch (EOFException | SocketException e) {
      forget(step.connection());
      return AnswerTree.none("closed");
    }
  }

  private String fields(Step step, int run) {
    return PLACEHOLDER
        .matcher(step.body().replace("~", "-" + run))
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    Objects.requireNonNull(captured.get(match.group(1)), match::group).asText()));
  }

  private Connection connection(int number) throws IOException {
    Connection connection = connections.get(number);
    if (connection == null) {
      connection = new Connection(port);
      connections.put(number, connection);
    }
    return connection;
  }

  private void forget(int number) throws IOException {
    Objects.requireNonNull(connections.remove(number)).close();
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections.values()) {
      connection.close();
    }
  }
}
