package io.millrace.jms.session;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.jms.runtime.ClientTime;
import jakarta.jms.JMSException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/** Who sees that a {@link SyncTicket} has ended sees the offset, which is written before. */
@JCStressTest
@State
@Outcome(id = "42", expect = ACCEPTABLE, desc = "The end and the offset.")
@Outcome(id = "-2", expect = ACCEPTABLE, desc = "No end yet.")
@Outcome(expect = FORBIDDEN, desc = "The end without the offset.")
public class SyncTicketOrders {
  private final SyncTicket ticket = new SyncTicket();

  @Actor
  public void io() {
    ticket.onSent(42);
  }

  @Actor
  public void sender(J_Result seen) {
    try {
      seen.r1 = ticket.await(ClientTime.nanos());
    } catch (JMSException notYet) {
      seen.r1 = -2;
    }
  }
}
