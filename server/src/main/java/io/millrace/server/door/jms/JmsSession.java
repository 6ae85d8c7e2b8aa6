package io.millrace.server.door.jms;

import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.TransactedAck;
import io.millrace.server.shard.Reply;
import io.millrace.server.tx.TxSend;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One session of a client. Guarded by its client. */
final class JmsSession {

  /** What a transaction has sent and consumed ahead of its commit. */
  static final class Open {
    private final long txId;
    final List<TxSend> sends = new ArrayList<>();
    final List<TransactedAck> acks = new ArrayList<>();
    private int earlySends;
    private int earlyAcks;
    private long bytes;

    private Open(long txId) {
      this.txId = txId;
    }

    void addSend(TxSend send, long maxBytes) {
      bytes += send.batch().remaining();
      if (bytes > maxBytes) {
        sends.clear();
        throw new RefusedException(
            ErrorCode.TOO_LARGE,
            "a transaction sends more than " + maxBytes + " bytes: commit more often");
      }
      sends.add(send);
      earlySends++;
    }

    void addAcks(List<TransactedAck> more) {
      acks.addAll(more);
      earlyAcks++;
    }

    boolean hasAll(int expectedSends, int expectedAcks) {
      return earlySends == expectedSends
          && earlyAcks == expectedAcks
          && sends.size() == expectedSends;
    }
  }

  private final int id;
  private @Nullable Open open;

  /** The transaction whose commit is under way; 0 for none. */
  private long committing;

  /** The last transaction whose commit was asked for. */
  private long lastAsked;

  private final List<Reply<Void>> waiting = new ArrayList<>();
  private final List<Runnable> afterCommit = new ArrayList<>();

  JmsSession(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }

  /** The transaction that collects. */
  Open open(long txId) {
    Open current = open;
    if (current == null || current.txId != txId) {
      current = new Open(txId);
      open = current;
    }
    return current;
  }

  /** What was collected, which is forgotten here. */
  Open take(long txId) {
    Open taken = open(txId);
    open = null;
    return taken;
  }

  void rollback() {
    open = null;
  }

  boolean isCommitting(long txId) {
    return committing == txId;
  }

  /** A commit begins. Returns whether it was asked for before. */
  boolean begin(long txId) {
    boolean repeated = lastAsked == txId;
    committing = txId;
    lastAsked = txId;
    return repeated;
  }

  /** Who is to be told of the commit under way. */
  void await(Reply<Void> reply) {
    waiting.add(reply);
  }

  /** Runs something when no commit is under way: what is in flight must stay so until then. */
  void whenQuiet(Runnable action) {
    if (committing == 0) {
      action.run();
    } else {
      afterCommit.add(action);
    }
  }

  /** The commit is over. Returns who waits for it. */
  List<Reply<Void>> end() {
    committing = 0;
    List<Reply<Void>> told = List.copyOf(waiting);
    waiting.clear();
    List<Runnable> next = List.copyOf(afterCommit);
    afterCommit.clear();
    next.forEach(Runnable::run);
    return told;
  }
}
