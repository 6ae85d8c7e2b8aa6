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

  /**
   * Who is to be told of the commits under way, by transaction. There is one, or more when a client
   * has given up waiting for one.
   */
  private final Map<Long, List<Reply<Void>>> committing = new HashMap<>();

  /** The last transaction whose commit was asked for. */
  private long lastAsked;

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
    Open current = open;
    if (current == null || current.txId != txId) {
      return new Open(txId);
    }
    open = null;
    return current;
  }

  /** It was refused for now, and may be asked for again with what was collected. */
  void putBack(Open refused) {
    if (open == null) {
      open = refused;
    }
  }

  void rollback() {
    open = null;
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
