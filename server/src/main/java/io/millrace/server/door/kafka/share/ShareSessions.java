package io.millrace.server.door.kafka.share;

import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.Cursors;
import io.millrace.server.cursor.Departure;
import io.millrace.server.door.kafka.fetch.SessionBudget;
import io.millrace.server.door.kafka.wire.ConnectionState;
import io.millrace.server.shard.Gather;
import io.millrace.server.shard.Reply;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ShareRequestMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The share sessions of one connection. Used on its event loop only. Who comes with the session of
 * a connection that is gone is told that there is no such session, and begins a new one; what it
 * held was given back when the connection broke.
 */
public final class ShareSessions implements ConnectionState.Part {
  private static final int PER_CONNECTION = 16;

  private final SessionBudget limit;
  private final Cursors cursors;
  private final Map<ShareSession.Key, ShareSession> sessions = new HashMap<>();
  private final UUID connection;
  private int begun;

  /**
   * @param connection names the connection and no other
   */
  public ShareSessions(SessionBudget limit, Cursors cursors, UUID connection) {
    this.limit = limit;
    this.cursors = cursors;
    this.connection = connection;
  }

  /**
   * The session of a fetch: a new one, or one that goes on or ends with this request.
   *
   * @throws org.apache.kafka.common.errors.ApiException there is no such session, the request is
   *     out of its order, or there are too many sessions
   */
  public ShareSession open(
      @Nullable String groupId,
      @Nullable String memberId,
      int epoch,
      Collection<SharePartition> asked,
      Collection<SharePartition> forgotten) {
    ShareSession.Key key = keyOf(groupId, memberId);
    if (epoch != ShareRequestMetadata.INITIAL_EPOCH) {
      ShareSession session = goOn(key, epoch);
      if (epoch != ShareRequestMetadata.FINAL_EPOCH) {
        grow(session, asked);
        int before = session.size();
        session.forget(forgotten);
        limit.giveBack((long) before - session.size());
      }
      return session;
    }
    ShareSession before = sessions.get(key);
    if (before != null) {
      end(before, Departure.LOST, Reply.none("ending a share session"));
    }
    if (sessions.size() >= PER_CONNECTION || !limit.take(1)) {
      throw Errors.SHARE_SESSION_LIMIT_REACHED.exception();
    }
    ShareSession session = new ShareSession(key, new ConsumerKey(connection, ++begun));
    sessions.put(key, session);
    grow(session, asked);
    return session;
  }

  /** As {@link #open}, for acknowledgements, which begin no session. */
  public ShareSession acknowledging(
      @Nullable String groupId, @Nullable String memberId, int epoch) {
    ShareSession.Key key = keyOf(groupId, memberId);
    if (epoch == ShareRequestMetadata.INITIAL_EPOCH) {
      throw Errors.INVALID_SHARE_SESSION_EPOCH.exception();
    }
    return goOn(key, epoch);
  }

  private static ShareSession.Key keyOf(@Nullable String groupId, @Nullable String memberId) {
    if (groupId == null || groupId.isEmpty() || memberId == null || memberId.isEmpty()) {
      throw Errors.INVALID_REQUEST.exception("a share session needs a group and a member");
    }
    return new ShareSession.Key(groupId, memberId);
  }

  private ShareSession goOn(ShareSession.Key key, int epoch) {
    ShareSession session = sessions.get(key);
    if (session == null) {
      throw Errors.SHARE_SESSION_NOT_FOUND.exception();
    }
    if (epoch == ShareRequestMetadata.FINAL_EPOCH) {
      return session;
    }
    if (epoch != session.nextEpoch()) {
      throw Errors.INVALID_SHARE_SESSION_EPOCH.exception();
    }
    session.advance();
    return session;
  }

  private void grow(ShareSession session, Collection<SharePartition> asked) {
    if (!limit.take(session.sizeWith(asked) - session.size())) {
      end(session, Departure.LOST, Reply.none("ending a share session"));
      throw Errors.SHARE_SESSION_LIMIT_REACHED.exception();
    }
    session.add(asked);
  }

  /** Ends a session: what its member holds is given back. Answers when that is durable. */
  public void end(ShareSession session, Departure departure, Reply<Void> reply) {
    if (!sessions.remove(session.key(), session)) {
      new Gather(0, () -> done(reply), reply::fail);
      return;
    }
    session.end();
    limit.giveBack(1L + session.size());
    List<CursorKey> held = session.cursors();
    Reply<Void> all = new Gather(held.size(), () -> done(reply), reply::fail);
    held.forEach(cursor -> cursors.leaveShare(cursor, session.consumer(), departure, all));
  }

  @SuppressWarnings("NullAway") // A reply of Void can only be null.
  private static void done(Reply<Void> reply) {
    reply.ok(null);
  }

  @Override
  public void close() {
    for (ShareSession session : List.copyOf(sessions.values())) {
      end(session, Departure.LOST, Reply.none("ending the share sessions of a connection"));
    }
  }
}
