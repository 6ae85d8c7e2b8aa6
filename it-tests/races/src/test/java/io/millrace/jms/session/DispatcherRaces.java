package io.millrace.jms.session;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;
import static io.millrace.races.Steps.together;

import io.millrace.races.Parking;
import io.millrace.races.Race;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@link Dispatcher}: who signals is heard, whenever the thread starts. */
public final class DispatcherRaces {
  private DispatcherRaces() {}

  static {
    Parking.model(MethodHandles.lookup(), "Dispatcher");
  }

  public static List<Race> all() {
    return List.of(
        new Race("a signal while the thread starts is heard", 30, DispatcherRaces::whileStarting));
  }

  private static void whileStarting() {
    CountDownLatch rounds = new CountDownLatch(1);
    Dispatcher dispatcher = new Dispatcher("test", () -> rounds.countDown());
    together(dispatcher::start, dispatcher::signal);
    guarded(() -> rounds.await());
    dispatcher.stop();
    check(rounds.getCount() == 0, "the signal is heard");
  }
}
