package io.millrace.jms.wire;

/**
 * Turns a destination's name into a number of this connection. Answer: {@link DestinationInfo}.
 *
 * @param requestId see {@link Request}
 * @param kind queue or topic
 * @param name the name; a temporary one begins with {@link #TEMPORARY_PREFIX} and is chosen by the
 *     client
 * @param create create it if it is missing and the server allows that
 * @param temporary create (or, after a reconnect, take up again) a temporary destination of this
 *     connection
 */
public record Resolve(
    int requestId, DestinationKind kind, String name, boolean create, boolean temporary)
    implements Request {
  /** How the names of temporary destinations begin; no other destination may. */
  public static final String TEMPORARY_PREFIX = "millrace.temp.";

  @Override
  public FrameType type() {
    return FrameType.RESOLVE;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.u8(kind.code());
    out.string(name);
    out.bool(create);
    out.bool(temporary);
  }

  static Resolve readFrom(FieldSource in) throws WireException {
    return new Resolve(in.u32(), DestinationKind.of(in.u8()), in.string(), in.bool(), in.bool());
  }
}
