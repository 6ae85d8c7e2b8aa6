package io.millrace.jms.link;

import io.millrace.jms.config.ClientOptions;
import io.millrace.jms.config.ServerUri;
import io.millrace.jms.transport.Connector;
import io.millrace.jms.transport.IoThread;
import io.millrace.jms.wire.Answer;
import io.millrace.jms.wire.ConsumerMode;
import io.millrace.jms.wire.DestinationKind;
import io.millrace.jms.wire.Welcome;
import io.millrace.jms.wire.message.DestinationName;
import java.lang.reflect.Field;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Links that have no socket: what is submitted waits, and the scenario answers it as the server
 * would.
 */
final class Links {
  /** Starts no thread as long as nothing is scheduled. */
  private static final Connector CONNECTOR =
      new Connector(new IoThread(), ClientOptions.defaults());

  /** Where everything goes. */
  static final RemoteDestination QUEUE =
      new RemoteDestination(new DestinationName(DestinationKind.QUEUE, "test"), false);

  private final ServerLink link;
  private int answered;

  /** A link that was greeted, with options as in a server's address. */
  Links(String options) {
    link =
        new ServerLink(
            ServerUri.parse("millrace://localhost" + options), null, null, CONNECTOR, reason -> {});
    greet(link);
  }

  ServerLink link() {
    return link;
  }

  /** What a socket would have brought, and no other way does. */
  private static void greet(ServerLink link) {
    try {
      Field welcome = ServerLink.class.getDeclaredField("welcome");
      welcome.setAccessible(true);
      welcome.set(link, new Welcome(0, 1, "test", 1, new UUID(0, 1), 1 << 20, 10_000, false));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A consumer as it is when the server has opened it. Opening it as an application does takes the
   * model checker longer than what it is to look at.
   */
  RemoteConsumer consumer() {
    ConsumerSpec spec = new ConsumerSpec(QUEUE, ConsumerMode.QUEUE, null, null, false);
    return new RemoteConsumer(link, new RemoteSession(link, 1), spec, () -> {});
  }

  /** Answers the oldest request that is not answered; false when there is none. */
  boolean answerNext(IntFunction<Answer> answer) {
    @Nullable Call call = link.takeCall(answered + 1);
    if (call == null) {
      return false;
    }
    answered++;
    call.onAnswer(answer.apply(answered));
    return true;
  }
}
