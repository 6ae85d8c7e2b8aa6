package io.millrace.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that have said once what they are, as every Kafka client does (ApiVersions 0), and
 * then nothing more.
 *
 * <pre>
 * IdleConnections HOST:PORT COUNT    prints open=COUNT, and keeps them until its input ends
 * </pre>
 */
public final class IdleConnections {
  private static final short API_VERSIONS = 18;
  private static final int HEADER_BYTES = 10;

  private IdleConnections() {}

  public static void main(String[] arguments) throws IOException {
    int colon = arguments[0].lastIndexOf(':');
    InetSocketAddress server =
        new InetSocketAddress(
            arguments[0].substring(0, colon), Integer.parseInt(arguments[0].substring(colon + 1)));
    int count = Integer.parseInt(arguments[1]);
    List<SocketChannel> open = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open(server);
      open.add(channel);
      ask(channel, i);
    }
    System.out.println("open=" + open.size());
    while (System.in.read() >= 0) {
      // Until the input ends.
    }
    for (SocketChannel each : open) {
      each.close();
    }
  }

  private static void ask(SocketChannel channel, int correlationId) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(4 + HEADER_BYTES);
    request.putInt(HEADER_BYTES).putShort(API_VERSIONS).putShort((short) 0).putInt(correlationId);
    request.putShort((short) -1).flip();
    while (request.hasRemaining()) {
      channel.write(request);
    }
    DataInputStream in = new DataInputStream(channel.socket().getInputStream());
    byte[] answer = new byte[in.readInt()];
    in.readFully(answer);
    if (ByteBuffer.wrap(answer).getInt() != correlationId) {
      throw new IOException("connection " + correlationId + " was given another's answer");
    }
  }
}
