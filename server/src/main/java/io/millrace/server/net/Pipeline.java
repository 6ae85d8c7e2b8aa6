package io.millrace.server.net;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The handlers of a connection, in the order in which received bytes pass them.
 *
 * <ol>
 *   <li>{@link TransportSecurity}'s own, if any: what follows sees plain bytes, and may write a
 *       {@link LogSliceRegion} all the same
 *   <li>{@value #IDLE}: notices that nothing moves
 *   <li>{@value #GUARD}: limits and clean-up; behind {@value #IDLE}, whose events it takes
 *   <li>{@value #DETECTOR}: until the first bytes have told the protocol, then gone
 *   <li>the door's handlers
 *   <li>{@value #FAILURES}: last, so that it gets what no other handler has seen to
 * </ol>
 */
final class Pipeline {
  static final String IDLE = "idle";
  static final String GUARD = "guard";
  static final String DETECTOR = "detector";
  static final String FAILURES = "failures";

  private Pipeline() {}

  static void build(
      ChannelPipeline pipeline,
      Connection connection,
      TransportSecurity security,
      List<DoorProtocol> doors,
      NetMetrics metrics) {
    security.install(connection);
    if (connection.config().idleMs() > 0) {
      pipeline.addLast(
          IDLE,
          new IdleStateHandler(true, 0, 0, connection.config().idleMs(), TimeUnit.MILLISECONDS));
    }
    pipeline.addLast(GUARD, new ConnectionGuard(connection, metrics));
    pipeline.addLast(DETECTOR, new ProtocolDetector(connection, doors));
    pipeline.addLast(FAILURES, new FailureHandler(connection));
  }
}
