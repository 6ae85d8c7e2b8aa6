package io.millrace.server.door.jms;

import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.TransactedAck;
import io.millrace.server.shard.Reply;
import io.millrace.server.tx.TxSend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One session of a client. Guarded by its client. */
final class JmsSession {

  /** What a transaction has sent and consumed ahead of its commit. */
  static final class Open {
    private static final int ACK_BYTES = 64;

    private final long txId;
    private final OpenTransactions all;
    final List<TxSend> sends = new ArrayList<>();
    final List<TransactedAck> acks = new ArrayList<>();
    private int earlySends;
    private int earlyAcks;
    private long bytes;
    private long held;
    private boolean dropped;
    private @Nullable RefusedException refusal;

    private Open(long txId, OpenTransactions all) {
      this.txId = txId;
      this.all = all;
    }

    /**
     * Adds a batch.
     *
     * @param frameBytes what is kept for it
     * @param maxBytes of all batches
     */
    void addSend(TxSend send, int frameBytes, long maxBytes) {
      bytes += send.batch().remaining();
      if (bytes > maxBytes) {
        drop();
        throw new RefusedException(
            ErrorCode.TOO_LARGE,
            "a transaction sends more than " + maxBytes + " bytes: commit more often");
      }
      hold(frameBytes);
      sends.add(send);
      earlySends++;
    }

    void addAcks(List<TransactedAck> more) {
      hold((long) ACK_BYTES * more.size());
      acks.addAll(more);
      earlyAcks++;
    }

    private void hold(long more) {
      if (dropped || !all.tryTake(more)) {
        drop();
        throw new RefusedException(
            ErrorCode.LIMIT,
            "the transaction was dropped: the open transactions of all clients hold as much as"
                + " this server keeps of them; commit more often, or raise its heap");
      }
      held += more;
    }

    /** Its sender may not do a part of it: it will not be committed. */
    void refuse(RefusedException why) {
      refusal = why;
      drop();
    }

    /** Why it cannot be committed, if its sender was refused a part of it. */
    @Nullable RefusedException refusal() {
      return refusal;
    }

    private void drop() {
      dropped = true;
      sends.clear();
      acks.clear();
      close();
    }

    /** Nothing of it is needed any more. */
    void close() {
      all.giveBack(held);
      held = 0;
    }

    boolean hasAll(int expectedSends, int expectedAcks) {
      return !dropped
          && earlySends == expectedSends
          && earlyAcks == expectedAcks
          && sends.size() == expectedSends;
    }
  }

  private final int id;
  private final OpenTransactions all;
  private @Nullable Open open;
  private boolean closed;

  /**
   * Who is to be told of the commits under way, by transaction. There is one, or more when a client
   * has given up waiting for one.
   */
  private final Map<Long, List<Reply<Void>>> committing = new HashMap<>();

  /** The last transaction whose commit was asked for. */
  private long lastAsked;

  private final List<Runnable> afterCommit = new ArrayList<>();

  JmsSession(int id, OpenTransactions all) {
    this.id = id;
    this.all = all;
  }

  int id() {
    return id;
  }

  /** The transaction that collects. */
  Open open(long txId) {
    Open current = open;
    if (current == null || current.txId != txId) {
      rollback();
      current = new Open(txId, all);
      open = current;
    }
    return current;
  }

  /** What was collected, which is forgotten here. */
  Open take(long txId) {
    Open current = open;
    if (current == null || current.txId != txId) {
      return new Open(txId, all);
    }
    open = null;
    return current;
  }

  /** It was refused for now, and may be asked for again with what was collected. */
  void putBack(Open refused) {
    if (open == null && !closed) {
      open = refused;
    } else {
      refused.close();
    }
  }

  void rollback() {
    Open current = open;
    if (current != null) {
      current.close();
      open = null;
    }
  }

  /** The session ends, though a commit may be under way. */
  void close() {
    closed = true;
    rollback();
  }

  /** Adds who is to be told of a commit. Returns whether it is under way already. */
  boolean await(long txId, Reply<Void> reply) {
    List<Reply<Void>> waiting = committing.get(txId);
    boolean underWay = waiting != null;
    if (waiting == null) {
      waiting = new ArrayList<>();
      committing.put(txId, waiting);
    }
    waiting.add(reply);
    return underWay;
  }

  /** A commit begins. Returns whether it was asked for before. */
  boolean begin(long txId) {
    boolean repeated = lastAsked == txId;
    lastAsked = txId;
    return repeated;
  }

  /** Runs something when no commit is under way: what is in flight must stay so until then. */
  void whenQuiet(Runnable action) {
    if (committing.isEmpty()) {
      action.run();
    } else {
      afterCommit.add(action);
    }
  }

  /** A commit is over. Returns who waits for it. */
  List<Reply<Void>> end(long txId) {
    List<Reply<Void>> told = committing.remove(txId);
    if (committing.isEmpty()) {
      List<Runnable> next = List.copyOf(afterCommit);
      afterCommit.clear();
      next.forEach(Runnable::run);
    }
    return told == null ? List.of() : told;
  }
}
