package io.millrace.jms.session;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.millrace.jms.link.SendTicket;
import io.millrace.jms.message.MillraceTextMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A listener of {@link Completions} that is called finds the place of its message. */
@JCStressTest
@State
@Outcome(id = "1, 7", expect = ACCEPTABLE, desc = "Called, with the place.")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Not called yet.")
@Outcome(expect = FORBIDDEN, desc = "Called without the place.")
public class CompletionsOrders implements CompletionListener {
  private static final MillraceTextMessage MESSAGE = new MillraceTextMessage();

  private final Completions completions = new Completions(new Dispatcher("test", () -> {}));
  private final SendTicket ticket;
  private int calls;
  private int place;

  public CompletionsOrders() {
    try {
      ticket =
          completions.add(
              MESSAGE,
              MESSAGE,
              this,
              offset -> {
                place = (int) offset;
                return "ID:test";
              });
    } catch (JMSException e) {
      throw new IllegalStateException(e);
    }
  }

  @Actor
  public void io() {
    ticket.onSent(7);
  }

  @Actor
  public void listeners(II_Result seen) {
    completions.callListeners();
    seen.r1 = calls;
    seen.r2 = place;
  }

  @Override
  public void onCompletion(Message message) {
    calls++;
  }

  @Override
  public void onException(Message message, Exception failure) {
    calls += 100;
  }
}
