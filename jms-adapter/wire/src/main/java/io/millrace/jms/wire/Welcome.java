package io.millrace.jms.wire;

import java.util.UUID;

/**
 * The connection is open.
 *
 * @param requestId the request's
 * @param version the protocol version both ends use from here on
 * @param clusterId the cluster; two connections with the same id reach the same messages
 * @param nodeId the server within the cluster
 * @param connectionKey names this connection when it is resumed after a break
 * @param maxFrameBytes largest frame, without its length field, that either side may send
 * @param heartbeatMs the client sends something at least this often, in milliseconds; a side that
 *     hears nothing for three times as long gives the connection up
 * @param resumed true if the server still had the state of the connection named in {@link Hello}
 */
public record Welcome(
    int requestId,
    int version,
    String clusterId,
    int nodeId,
    UUID connectionKey,
    int maxFrameBytes,
    int heartbeatMs,
    boolean resumed)
    implements Answer {
  @Override
  public FrameType type() {
    return FrameType.WELCOME;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u16(version);
    out.string(clusterId);
    out.u32(nodeId);
    out.uuid(connectionKey);
    out.u32(maxFrameBytes);
    out.u32(heartbeatMs);
    out.bool(resumed);
  }

  static Welcome readFrom(FieldSource in) throws WireException {
    return new Welcome(
        in.u32(), in.u16(), in.string(), in.u32(), in.uuid(), in.u32(), in.u32(), in.bool());
  }
}
