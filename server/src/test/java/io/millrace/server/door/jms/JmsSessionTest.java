package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.jms.wire.OffsetRange;
import io.millrace.jms.wire.TransactedAck;
import io.millrace.log.LogId;
import io.millrace.server.shard.Reply;
import io.millrace.server.tx.TxSend;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JmsSessionTest {
  private static final int MOST = 1_000;

  private final OpenTransactions open = new OpenTransactions(MOST);
  private final JmsSession session = new JmsSession(1, open);

  private static final class Waiting implements Reply<Void> {
    @Override
    public void ok(Void answer) {
      throw new AssertionError("the session tells nobody by itself");
    }

    @Override
    public void fail(RuntimeException error) {
      throw new AssertionError("the session tells nobody by itself", error);
    }
  }

  @Test
  void whoAsksTwiceForACommitIsToldTwiceOfTheSame() {
    Waiting first = new Waiting();
    Waiting second = new Waiting();

    assertThat(session.await(5, first)).isFalse();
    assertThat(session.await(5, second)).isTrue();

    assertThat(session.end(5)).containsExactly(first, second);
    assertThat(session.await(5, first)).isFalse();
  }

  /** A client that gave up waiting for one commit goes on with the next. */
  @Test
  void theEndOfOneCommitIsNotToldToThoseWhoWaitForTheNext() {
    Waiting first = new Waiting();
    Waiting second = new Waiting();
    List<String> quiet = new ArrayList<>();
    session.await(5, first);
    session.await(6, second);
    session.whenQuiet(() -> quiet.add("now"));

    assertThat(session.end(5)).containsExactly(first);
    assertThat(quiet).as("while the other goes on").isEmpty();
    assertThat(session.end(6)).containsExactly(second);
    assertThat(quiet).hasSize(1);
  }

  @Test
  void anEarlierTransactionThatIsAskedForAgainLeavesTheOpenOneAlone() {
    session.open(6).addAcks(List.of());

    assertThat(session.take(5).hasAll(0, 0)).isTrue();
    assertThat(session.take(6).hasAll(0, 1)).isTrue();
    assertThat(session.take(6).hasAll(0, 1)).isFalse();
  }

  @Test
  void aTransactionHoldsWhatItHasSentUntilItEnds() {
    send(session, 6, 400);
    assertThat(open.heldBytes()).isEqualTo(400);
    session.open(7);
    assertThat(open.heldBytes()).as("another has begun").isZero();
    send(session, 7, 400);
    session.rollback();
    assertThat(open.heldBytes()).as("it was rolled back").isZero();

    send(session, 8, 400);
    JmsSession.Open taken = session.take(8);
    assertThat(open.heldBytes()).as("it is being committed").isEqualTo(400);
    session.putBack(taken);
    assertThat(session.take(8)).isSameAs(taken);
    session.close();
    session.putBack(taken);
    assertThat(open.heldBytes()).as("the session has ended").isZero();
  }

  @Test
  void aTransactionIsDroppedWhenAllTogetherHoldTooMuch() {
    JmsSession other = new JmsSession(2, open);
    send(other, 1, 700);
    send(session, 6, 200);

    assertThatThrownBy(() -> send(session, 6, 101)).isInstanceOf(RefusedException.class);

    assertThat(open.heldBytes()).as("of the other one").isEqualTo(700);
    assertThatThrownBy(() -> send(session, 6, 1)).isInstanceOf(RefusedException.class);
    assertThat(session.take(6).hasAll(1, 0)).isFalse();
    send(session, 7, 300);
    assertThat(session.take(7).hasAll(1, 0)).isTrue();
    assertThat(other.take(1).hasAll(1, 0)).isTrue();
  }

  @Test
  void acknowledgementsCountToo() {
    TransactedAck ack = new TransactedAck(1, new OffsetRange(0, 0, 0));
    session.open(6).addAcks(List.of(ack));
    assertThat(open.heldBytes()).isPositive();

    assertThatThrownBy(() -> session.open(6).addAcks(Collections.nCopies(MOST, ack)))
        .isInstanceOf(RefusedException.class);

    assertThat(open.heldBytes()).isZero();
    assertThat(session.take(6).hasAll(0, 1)).isFalse();
  }

  private static void send(JmsSession session, long txId, int bytes) {
    session
        .open(txId)
        .addSend(new TxSend(new LogId(new UUID(0, 1), 0), ByteBuffer.allocate(0)), bytes, MOST);
  }
}
