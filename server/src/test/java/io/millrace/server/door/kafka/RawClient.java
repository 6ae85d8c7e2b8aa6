package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.ResponseHeader;

/** A client that sends what it is told to, right or wrong. */
final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  private final Socket socket;
  private final DataOutputStream out;
  private final DataInputStream in;

  /** Something that writes bytes. */
  interface Bytes {
    void write(DataOutputStream out) throws IOException;
  }

  RawClient(int port) throws IOException {
    this(port, 0);
  }

  /**
   * A client whose operating system keeps little for it.
   *
   * @param receiveBytes about as much as can arrive before it is read; 0 leaves it as it is
   */
  RawClient(int port, int receiveBytes) throws IOException {
    socket = new Socket();
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    out = new DataOutputStream(socket.getOutputStream());
    in = new DataInputStream(socket.getInputStream());
  }

  static byte[] bytes(Bytes writer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** The port of this end, by which the server's log names the connection. */
  int localPort() {
    return socket.getLocalPort();
  }

  /** Sends bytes as they are. */
  void sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Sends a frame. */
  void send(byte[] body) throws IOException {
    out.writeInt(body.length);
    out.write(body);
    out.flush();
  }

  void send(AbstractRequest request, int correlationId) throws IOException {
    send(frame(request, correlationId));
  }

  /** The frame of a request, without its size. */
  static byte[] frame(AbstractRequest request, int correlationId) {
    ByteBuffer bytes =
        request.serializeWithHeader(
            new RequestHeader(request.apiKey(), request.version(), "raw", correlationId));
    byte[] body = new byte[bytes.remaining()];
    bytes.get(body);
    return body;
  }

  /** Sends a request and gives the answer to it, which must end where it should. */
  AbstractResponse ask(ApiKeys key, short version, ApiMessage request) throws IOException {
    int correlationId = 9;
    send(KafkaRequests.frame(key, version, correlationId, request));
    ByteBufferAccessor answer = receive(correlationId, key.responseHeaderVersion(version));
    AbstractResponse parsed = AbstractResponse.parseResponse(key, answer, version);
    assertThat(answer.remaining()).as("%s version %d", key, version).isZero();
    return parsed;
  }

  /** The body of the next response, whose header must be this one. */
  ByteBufferAccessor receive(int correlationId, short headerVersion) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    ByteBuffer response = ByteBuffer.wrap(bytes);
    assertThat(ResponseHeader.parse(response, headerVersion).correlationId())
        .isEqualTo(correlationId);
    return new ByteBufferAccessor(response);
  }

  boolean isClosedByServer() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
