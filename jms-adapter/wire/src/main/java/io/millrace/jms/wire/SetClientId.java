package io.millrace.jms.wire;

/**
 * Names the connection after it was opened. Answer: {@link Done}.
 *
 * @param requestId see {@link Request}
 * @param clientId the JMS client id
 */
public record SetClientId(int requestId, String clientId) implements Request {
  @Override
  public FrameType type() {
    return FrameType.SET_CLIENT_ID;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.string(clientId);
  }

  static SetClientId readFrom(FieldSource in) throws WireException {
    return new SetClientId(in.u32(), in.string());
  }
}
