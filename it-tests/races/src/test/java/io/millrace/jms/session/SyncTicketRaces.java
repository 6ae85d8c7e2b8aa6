package io.millrace.jms.session;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.guarded;

import io.millrace.races.Parking;
import io.millrace.races.Race;
import jakarta.jms.JMSException;
import java.lang.invoke.MethodHandles;
import java.util.List;

/** {@link SyncTicket}: who waits for a send hears of its end. */
public final class SyncTicketRaces {
  private SyncTicketRaces() {}

  static {
    Parking.model(MethodHandles.lookup(), "SyncTicket");
  }

  public static List<Race> all() {
    return List.of(
        new Race("who waits for a send hears of its success", 30, SyncTicketRaces::sent),
        new Race("who waits for a send hears of its failure", 30, SyncTicketRaces::failed));
  }

  private static void sent() {
    guarded(
        () -> {
          SyncTicket ticket = new SyncTicket();
          Thread io = new Thread(() -> ticket.onSent(42));
          io.start();
          check(ticket.await(0) == 42, "the offset is there");
          io.join();
        });
  }

  private static void failed() {
    guarded(
        () -> {
          SyncTicket ticket = new SyncTicket();
          Thread io = new Thread(() -> ticket.onFailed(new JMSException("refused")));
          io.start();
          try {
            ticket.await(0);
            check(false, "the failure is thrown");
          } catch (JMSException refused) {
            check("refused".equals(refused.getMessage()), "with its reason");
          }
          io.join();
        });
  }
}
