package io.millrace.server.door.kafka.wire;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.netty.channel.embedded.EmbeddedChannel;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Who sees that an {@link Exchange} is answered sees the response, which is written before. */
@JCStressTest
@State
@Outcome(id = "0", expect = ACCEPTABLE, desc = "Not answered yet.")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "Answered, with the response.")
@Outcome(expect = FORBIDDEN, desc = "Answered without the response.")
@SuppressWarnings("NullAway") // Of a request without a connection only the answer is there.
public class ExchangeOrders {
  private static final ApiVersionsResponse RESPONSE =
      new ApiVersionsResponse(new ApiVersionsResponseData());

  /** Has nothing to write. */
  private static final KafkaConnection OWNER = new KafkaConnection(null, null, null, null, null);

  static {
    new EmbeddedChannel(OWNER);
  }

  private final Exchange exchange = new Exchange(OWNER, null, null, null, 0, 0);

  @Actor
  public void handler() {
    exchange.reply(RESPONSE);
  }

  @Actor
  public void eventLoop(I_Result seen) {
    if (exchange.isAnswered()) {
      seen.r1 = exchange.response() == null ? 2 : 1;
    }
  }
}
