package io.millrace.server.door.kafka.fetch;

import io.millrace.server.door.kafka.wire.ConnectionState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchMetadata;

/**
 * The fetch sessions of one connection. Used on its event loop only.
 *
 * <p>A client that comes with the session of a connection that is gone is told that there is no
 * such session, and asks for everything anew, as Kafka's clients do after every reconnect.
 */
public final class FetchSessions implements ConnectionState.Part {
  private static final int PER_CONNECTION = 4;

  private final FetchSessionLimit limit;
  private final Map<Integer, FetchSession> sessions = new HashMap<>();

  public FetchSessions(FetchSessionLimit limit) {
    this.limit = limit;
  }

  /**
   * The partitions that a request asks for.
   *
   * @throws org.apache.kafka.common.errors.ApiException the session is unknown, or the request is
   *     out of its order
   */
  public FetchSession open(FetchRequestData request, boolean usesTopicIds) {
    FetchMetadata metadata = new FetchMetadata(request.sessionId(), request.sessionEpoch());
    if (metadata.isFull()) {
      remove(request.sessionId());
      boolean wanted = metadata.epoch() == FetchMetadata.INITIAL_EPOCH;
      return wanted
          ? begin(request.topics(), usesTopicIds)
          : single(request.topics(), usesTopicIds);
    }
    FetchSession session = sessions.get(request.sessionId());
    if (session == null) {
      throw Errors.FETCH_SESSION_ID_NOT_FOUND.exception();
    }
    if (session.nextEpoch() != request.sessionEpoch()) {
      throw Errors.INVALID_FETCH_SESSION_EPOCH.exception();
    }
    if (session.usesTopicIds() != usesTopicIds) {
      throw Errors.FETCH_SESSION_TOPIC_ID_ERROR.exception();
    }
    int before = session.size();
    session.update(request.topics(), request.forgottenTopicsData());
    int added = session.size() - before;
    if (added <= 0) {
      limit.resized(added);
    } else if (!limit.admit(added)) {
      sessions.remove(session.id());
      limit.resized(-before);
      throw Errors.FETCH_SESSION_ID_NOT_FOUND.exception();
    }
    return session;
  }

  private FetchSession begin(List<FetchRequestData.FetchTopic> asked, boolean usesTopicIds) {
    int partitions = asked.stream().mapToInt(topic -> topic.partitions().size()).sum();
    if (partitions == 0 || sessions.size() >= PER_CONNECTION || !limit.admit(partitions)) {
      return single(asked, usesTopicIds);
    }
    FetchSession session = new FetchSession(limit.nextId(), usesTopicIds, asked);
    limit.resized(session.size() - partitions);
    sessions.put(session.id(), session);
    return session;
  }

  private static FetchSession single(
      List<FetchRequestData.FetchTopic> asked, boolean usesTopicIds) {
    return new FetchSession(FetchMetadata.INVALID_SESSION_ID, usesTopicIds, asked);
  }

  /** Ends a session of which its client does not hear. */
  public void discard(FetchSession session) {
    remove(session.id());
  }

  private void remove(int id) {
    FetchSession removed = sessions.remove(id);
    if (removed != null) {
      limit.resized(-removed.size());
    }
  }

  @Override
  public void close() {
    List.copyOf(sessions.keySet()).forEach(this::remove);
  }
}
