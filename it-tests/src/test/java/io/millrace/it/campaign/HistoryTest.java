package io.millrace.it.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker of the campaign finds what must not be, and nothing else. */
class HistoryTest {
  private static final String IN = "in";
  private static final String OUT = "out";

  private final History history = new History();

  @Test
  void nothingIsWrongWithATransactionThatIsSeenWhenItsCommitHasBegun() {
    history.sendingInTransaction(IN, "t-0");
    history.committing(IN, List.of("t-0"));
    history.read(IN, 0, "t-0");
    history.confirmed(List.of("t-0"));
    history.taken(IN, "t-0");
    history.sendingInTransaction(OUT, "t-0");
    history.rolledBack(OUT, List.of("t-0"));
    history.taken(IN, "t-0");
    history.sendingInTransaction(OUT, "t-0");
    history.committing(OUT, List.of("t-0"));
    history.delivered(OUT, "t-0", false);
    history.acknowledged(List.of("t-0"));
    history.check(IN, List.of("t-0"));
    history.check(OUT, List.of("t-0"));
    assertThat(history.violations()).isEmpty();
    assertThat(history.missing()).isEmpty();
  }

  @Test
  void aRecordThatAnybodySeesBeforeItsCommitBeginsIsFoundAlthoughItCommitsLater() {
    history.sendingInTransaction(IN, "t-0");
    history.read(IN, 0, "t-0");
    history.committing(IN, List.of("t-0"));
    history.confirmed(List.of("t-0"));
    history.check(IN, List.of("t-0"));
    assertThat(history.violations())
        .containsExactly("a Kafka consumer saw t-0 of in before its commit began");
  }

  @Test
  void aMessageThatIsDeliveredBeforeTheCommitThatMovesItIsFound() {
    history.sending(IN, "k-0");
    history.sendingInTransaction(OUT, "k-0");
    history.delivered(OUT, "k-0", false);
    history.committing(OUT, List.of("k-0"));
    assertThat(history.violations())
        .containsExactly("a JMS consumer saw k-0 of out before its commit began");
  }

  @Test
  void aMessageThatIsSeenWhileItsCommitRunsAndIsRolledBackThenIsFound() {
    history.sendingInTransaction(IN, "t-0");
    history.committing(IN, List.of("t-0"));
    history.taken(IN, "t-0");
    history.rolledBack(IN, List.of("t-0"));
    assertThat(history.violations())
        .containsExactly("t-0 of in was seen, and then it was rolled back");
  }

  @Test
  void aMessageThatWasRolledBackOrNeverSentIsFound() {
    history.sendingInTransaction(IN, "t-0");
    history.rolledBack(IN, List.of("t-0"));
    history.taken(IN, "t-0");
    history.taken(IN, "t-1");
    assertThat(history.violations())
        .containsExactly(
            "a JMS consumer saw t-0 of in, which was rolled back",
            "a JMS consumer saw t-1 of in, which nobody sent");
  }

  @Test
  void aMessageThatOvertakesAnotherOfItsProducerIsFound() {
    history.inOrder("c", "a-0", false);
    history.inOrder("c", "a-2", false);
    history.inOrder("c", "b-0", false);
    history.inOrder("d", "a-1", false);
    history.inOrder("c", "a-0", true);
    assertThat(history.violations()).isEmpty();
    history.inOrder("c", "a-1", false);
    assertThat(history.violations()).containsExactly("a-1 came to c behind number 2");
  }

  @Test
  void whatIsLostRepeatedOrReorderedInALogIsFound() {
    for (String message : List.of("a-0", "a-1", "a-2")) {
      history.sending(IN, message);
      history.confirmed(List.of(message));
    }
    history.check(IN, List.of("a-1", "a-0", "a-1"));
    assertThat(history.violations())
        .containsExactly(
            "a-0 comes behind number 1 in in",
            "a-1 is twice in in",
            "a-2 was confirmed and is not in in");
  }

  @Test
  void aDeliveryThatRepeatsWithoutSayingSoOrAfterItsAcknowledgementIsFound() {
    history.sending(OUT, "a-0");
    history.delivered(OUT, "a-0", false);
    history.delivered(OUT, "a-0", true);
    assertThat(history.violations()).isEmpty();
    history.delivered(OUT, "a-0", false);
    history.acknowledged(List.of("a-0"));
    history.delivered(OUT, "a-0", true);
    assertThat(history.violations())
        .containsExactly(
            "a-0 was delivered again and not called redelivered",
            "a-0 was delivered again after its acknowledgement");
  }
}
