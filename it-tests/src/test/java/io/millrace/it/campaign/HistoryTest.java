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
    history.read(IN, 0, 0, "t-0");
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
    history.read(IN, 0, 0, "t-0");
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
  void nothingIsWrongWithAGroupThatGoesOnAtACommitOfWhichItDoesNotKnowTheEnd() {
    history.groupBegins(IN, 0, 0);
    int first = groupReadsAndCommits(0, 1);
    groupReadsAndCommits(2, 3);
    groupReadsAndCommits(4, 5);
    history.groupCommitted(IN, 0, first);
    history.groupBegins(IN, 0, 4);
    groupReadsAndCommits(4, 5);
    history.groupBegins(IN, 0, 6);
    int last = groupReadsAndCommits(6, 8);
    history.groupCommitted(IN, 0, last);
    history.groupCommitted(IN, 0, first);
    // Nobody is given offset 7, which is no record.
    history.checkGroup(IN, 0, List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 8L, 9L));
    assertThat(history.violations()).isEmpty();
    assertThat(history.committed(IN, 0)).isEqualTo(9);
    assertThat(history.committed(IN, 1)).isZero();
  }

  @Test
  void aGroupThatGoesBackBehindAnAcknowledgedCommitIsFound() {
    history.groupBegins(IN, 0, 0);
    int first = groupReadsAndCommits(0, 1);
    int second = groupReadsAndCommits(2, 3);
    history.groupCommitted(IN, 0, first);
    history.groupCommitted(IN, 0, second);
    history.groupBegins(IN, 0, 2);
    assertThat(history.violations())
        .containsExactly("the group went back to 2 of in-0 behind its commit of 4");
  }

  @Test
  void aGroupThatLosesItsOnlyAcknowledgedCommitIsFound() {
    history.groupBegins(IN, 0, 0);
    history.groupCommitted(IN, 0, groupReadsAndCommits(0, 1));
    history.groupBegins(IN, 0, 0);
    assertThat(history.violations())
        .containsExactly("the group went back to 0 of in-0 behind its commit of 2");
  }

  /** The server said to the group where it is, so it must have been durable. */
  @Test
  void aGroupThatGoesBackBehindWhereItWasToldToBeginIsFound() {
    history.groupBegins(IN, 0, 0);
    groupReadsAndCommits(0, 1);
    history.groupBegins(IN, 0, 2);
    history.groupBegins(IN, 0, 0);
    assertThat(history.violations())
        .containsExactly("the group went back to 0 of in-0 behind its commit of 2");
  }

  @Test
  void aGroupThatGoesOnWhereItNeverCommittedIsFound() {
    history.groupBegins(IN, 0, 0);
    history.groupCommitted(IN, 0, groupReadsAndCommits(0, 1));
    groupReadsAndCommits(2, 5);
    history.groupBegins(IN, 0, 4);
    history.groupBegins(IN, 0, 7);
    assertThat(history.violations())
        .containsExactly(
            "the group began at 4 of in-0, which it never committed",
            "the group began at 7 of in-0 and had committed 6");
  }

  @Test
  void aRecordThatAGroupIsNotGivenOrIsGivenAgainIsFound() {
    history.groupBegins(IN, 0, 0);
    groupReads(0, 1);
    history.groupCommitted(IN, 0, groupReadsAndCommits(3, 4));
    history.checkGroup(IN, 0, List.of(0L, 1L, 2L, 3L, 4L, 5L));
    groupReads(3);
    assertThat(history.violations())
        .containsExactly(
            "the group skipped 2 of in-0", "the group was given 3 of in-0 when it was at 5");
  }

  private void groupReads(long... offsets) {
    for (long offset : offsets) {
      history.sending(IN, "a-" + offset);
      history.groupRead(IN, 0, offset, "a-" + offset);
    }
  }

  /** Returns the number of the commit. */
  private int groupReadsAndCommits(long... offsets) {
    groupReads(offsets);
    return history.groupCommits(IN, 0, offsets[offsets.length - 1] + 1);
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
