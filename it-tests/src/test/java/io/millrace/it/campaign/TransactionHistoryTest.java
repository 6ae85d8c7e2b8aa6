package io.millrace.it.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.it.campaign.TransactionHistory.Read;
import io.millrace.it.campaign.TransactionHistory.Transaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checker of transactions finds what must not be, and nothing else. */
class TransactionHistoryTest {
  private static final String P = "p-0";
  private static final String Q = "p-1";

  private final TransactionHistory history = new TransactionHistory();

  private Transaction begin(String name, String... partitions) {
    Transaction transaction = history.begin(name);
    for (int i = 0; i < partitions.length; i++) {
      history.sending(transaction, partitions[i], name + ":" + i);
    }
    return transaction;
  }

  private Transaction commit(String name, String... partitions) {
    Transaction transaction = begin(name, partitions);
    history.committing(transaction);
    history.committed(transaction);
    return transaction;
  }

  private void read(String partition, long offset, String value) {
    history.readCommitted("r", partition, new Read(offset, value));
  }

  private void assertFound(String violation) {
    assertThat(history.violations()).containsExactly(violation);
  }

  @Test
  void nothingIsWrongWithCommittedAbortedAndDoubtfulTransactions() {
    history.aborting(begin("w:0", P));
    history.readAny("u", P, new Read(0, "w:0:0"));
    history.committing(begin("w:1", P, Q));
    read(P, 2, "w:1:0");
    commit("w:2", P);
    read(P, 4, "w:2:0");
    history.committing(begin("w:3", Q));
    history.startsOver("r");
    read(P, 2, "w:1:0");
    history.check(
        Map.of(
            P,
            List.of(new Read(2, "w:1:0"), new Read(4, "w:2:0")),
            Q,
            List.of(new Read(0, "w:1:1"))));
    assertThat(history.violations()).isEmpty();
  }

  @Test
  void aValueThatIsCopiedAgainAfterAnAbortIsNotADuplicate() {
    Transaction first = history.begin("c:0");
    history.sending(first, P, "w:0:0");
    history.aborting(first);
    history.readAny("u", P, new Read(0, "w:0:0"));
    Transaction second = history.begin("c:1");
    history.sending(second, P, "w:0:0");
    history.committing(second);
    history.committed(second);
    read(P, 2, "w:0:0");
    history.check(Map.of(P, List.of(new Read(2, "w:0:0"))));
    assertThat(history.violations()).isEmpty();
  }

  @Test
  void findsAnAbortedRead() {
    history.aborting(begin("w:0", P));
    read(P, 0, "w:0:0");
    assertFound("r read w:0:0 in p-0, which was aborted");
  }

  @Test
  void findsAPrecommittedRead() {
    begin("w:0", P);
    read(P, 0, "w:0:0");
    assertFound("r read w:0:0 in p-0 before its commit began");
  }

  @Test
  void findsAReadOfWhatIsAbortedLater() {
    Transaction transaction = begin("w:0", P);
    history.committing(transaction);
    read(P, 0, "w:0:0");
    history.aborting(transaction);
    assertFound("w:0:0 in p-0 was read as committed, and then w:0 was aborted");
  }

  @Test
  void findsALostWrite() {
    commit("w:0", P, Q);
    history.check(Map.of(P, List.of(new Read(0, "w:0:0"))));
    assertFound("w:0 was committed and lacks [w:0:1 in p-1]");
  }

  @Test
  void findsATornTransaction() {
    history.committing(begin("w:0", P, Q));
    history.check(Map.of(P, List.of(new Read(0, "w:0:0"))));
    assertFound("w:0 is there in part and lacks [w:0:1 in p-1]");
  }

  @Test
  void findsADuplicate() {
    commit("w:0", P);
    read(P, 0, "w:0:0");
    history.startsOver("r");
    read(P, 1, "w:0:0");
    assertFound("w:0:0 in p-0 is there twice, at 0 and 1");
  }

  @Test
  void findsReordering() {
    commit("w:0", P, P);
    commit("w:10", P);
    read(P, 0, "w:0:1");
    read(P, 1, "w:10:0");
    read(P, 2, "w:0:0");
    assertFound("r read w:0:0 in p-0 behind w:10:0");
  }

  @Test
  void findsAPollThatGoesBack() {
    commit("w:0", P, P);
    history.readAny("r", P, new Read(4, "w:0:0"));
    history.readAny("r", P, new Read(3, "w:0:1"));
    assertFound("r was given 3 of p-0 behind 4");
  }

  @Test
  void findsAnOffsetWhoseRecordChanges() {
    commit("w:0", P, P);
    history.readAny("r", P, new Read(0, "w:0:0"));
    history.readAny("s", P, new Read(0, "w:0:1"));
    assertFound("offset 0 of p-0 was w:0:0 and became w:0:1");
  }

  @Test
  void findsWhatNobodySentAndWhatVanishes() {
    history.readAny("r", P, new Read(0, "w:9:0"));
    commit("w:0", Q);
    read(Q, 0, "w:0:0");
    history.check(Map.of());
    assertThat(history.violations())
        .containsExactly(
            "r read w:9:0 in p-0, which nobody sent",
            "w:0:0 in p-1 was read as committed, and is not there any more",
            "w:0 was committed and lacks [w:0:0 in p-1]");
  }
}
