package io.millrace.jms.wire;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of a connection. Answer: {@link Welcome}, or {@link Failed} and the end.
 *
 * @param requestId see {@link Request}
 * @param clientName the client library, for the server's lists and logs
 * @param clientVersion its version
 * @param clientId the JMS client id, if the application or the factory chose one
 * @param user who connects; null for an anonymous connection
 * @param password the password; null for none
 * @param connectionKey zero for a new connection; the key that {@link Welcome} gave in order to
 *     resume one
 */
public record Hello(
    int requestId,
    String clientName,
    String clientVersion,
    @Nullable String clientId,
    @Nullable String user,
    @Nullable String password,
    UUID connectionKey)
    implements Request {
  @Override
  public FrameType type() {
    return FrameType.HELLO;
  }

  @Override
  public void writeTo(FieldSink out) {
    out.u32(requestId);
    out.string(clientName);
    out.string(clientVersion);
    out.string(clientId);
    out.string(user);
    out.string(password);
    out.uuid(connectionKey);
  }

  /** Without the password, which belongs into no log. */
  @Override
  public String toString() {
    return "Hello[requestId="
        + requestId
        + ", clientName="
        + clientName
        + ", clientId="
        + clientId
        + ", user="
        + user
        + ", connectionKey="
        + connectionKey
        + "]";
  }

  static Hello readFrom(FieldSource in) throws WireException {
    return new Hello(
        in.u32(),
        in.string(),
        in.string(),
        in.optionalString(),
        in.optionalString(),
        in.optionalString(),
        in.uuid());
  }
}
