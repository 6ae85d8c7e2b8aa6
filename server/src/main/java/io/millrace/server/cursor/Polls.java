package io.millrace.server.cursor;

import io.millrace.server.shard.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Who waits to hear that everything there was has been delivered. The shard's thread. */
final class Polls {
  private final List<Poll> waiting = new ArrayList<>();

  /**
   * One question.
   *
   * @param limit the end of what there was
   */
  record Poll(Attached consumer, long limit, Reply<Void> reply) {}

  void add(Poll poll) {
    waiting.add(poll);
  }

  /** Answers those for whom all is done. */
  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  void answer(Predicate<Poll> done) {
    if (waiting.isEmpty()) {
      return;
    }
    List<Poll> answered = waiting.stream().filter(done).toList();
    waiting.removeAll(answered);
    answered.forEach(poll -> poll.reply.ok(null));
  }

  void fail(RuntimeException reason) {
    List<Poll> failed = List.copyOf(waiting);
    waiting.clear();
    failed.forEach(poll -> poll.reply.fail(reason));
  }
}
