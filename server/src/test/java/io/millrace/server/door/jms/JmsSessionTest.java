package io.millrace.server.door.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.shard.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JmsSessionTest {
  private final JmsSession session = new JmsSession(1);

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
}
