package io.millrace.jms.session;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;
import static io.millrace.races.Steps.together;

import io.millrace.jms.link.SendTicket;
import io.millrace.jms.message.MillraceTextMessage;
import io.millrace.races.Race;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link Completions}: every listener is called once, in the order of the sends. */
public final class CompletionsRaces {
  private static final MillraceTextMessage MESSAGE = new MillraceTextMessage();

  private CompletionsRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race(
            "listeners are called in order, whatever order sends end in",
            250,
            CompletionsRaces::inOrder));
  }

  private static void inOrder() {
    List<Completions> own = new ArrayList<>();
    Dispatcher dispatcher = new Dispatcher("test", () -> own.get(0).callListeners());
    Completions completions = new Completions(dispatcher);
    own.add(completions);
    dispatcher.start();
    AtomicInteger called = new AtomicInteger();
    guarded(
        () -> {
          SendTicket first = completions.add(MESSAGE, MESSAGE, expecting(0, called), null);
          SendTicket second = completions.add(MESSAGE, MESSAGE, expecting(1, called), null);
          together(() -> second.onSent(1), () -> first.onFailed(new JMSException("refused")));
          completions.await(0);
        });
    check(called.get() == 2, "both are called");
    dispatcher.stop();
  }

  private static CompletionListener expecting(int before, AtomicInteger called) {
    return new CompletionListener() {
      @Override
      public void onCompletion(Message message) {
        check(before == 1 && called.getAndIncrement() == before, "called in order");
      }

      @Override
      public void onException(Message message, Exception failure) {
        check(before == 0 && called.getAndIncrement() == before, "called in order");
      }
    };
  }
}
