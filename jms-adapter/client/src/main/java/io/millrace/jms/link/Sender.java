package io.millrace.jms.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.jms.wire.DestinationKind;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session's pipelines, by destination and partition; idle ones of many destinations are let go.
 * Any thread may call.
 */
public final class Sender {
  private static final int MAX_IDLE = 256;

  private record Lane(RemoteDestination destination, int partition) {}

  private final ServerLink link;
  private final RemoteSession session;
  private final Map<Lane, SendPipeline> pipelines = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * What is sent without a group goes to a partition by this: for good, so that it stays in order.
   */
  private final int place;

  public Sender(ServerLink link, RemoteSession session) {
    this.link = link;
    this.session = session;
    this.place = Partitioner.placeOf(link.connectionKey(), session.id());
  }

  /** Resolves a destination to send to; to be released. */
  public RemoteDestination resolve(DestinationKind kind, String name) throws JMSException {
    return link.destinations().acquire(kind, name);
  }

  /** The partition for a message of a group, or of none. */
  public int partition(RemoteDestination destination, @Nullable String groupId) {
    int partitions = destination.partitions();
    if (partitions == 1) {
      return 0;
    }
    return groupId == null
        ? Partitioner.ofPlace(place, partitions)
        : Partitioner.ofKey(groupId.getBytes(UTF_8), partitions);
  }

  /** The pipeline to a partition. */
  public SendPipeline pipeline(RemoteDestination destination, int partition) throws JMSException {
    Lane lane = new Lane(destination, partition);
    synchronized (pipelines) {
      SendPipeline known = pipelines.get(lane);
      if (known != null) {
        return known;
      }
    }
    SendPipeline fresh =
        new SendPipeline(link, session.id(), session.producer(), destination, partition);
    synchronized (pipelines) {
      SendPipeline kept = pipelines.putIfAbsent(lane, fresh);
      if (kept == null) {
        destination.acquire();
        shrink();
      }
      return kept == null ? fresh : kept;
    }
  }

  /**
   * Lets go of idle pipelines. Their sequences would be forgotten, so a later one to the same
   * partition needs another producer id: the session takes a new one.
   */
  private void shrink() {
    if (pipelines.size() <= MAX_IDLE) {
      return;
    }
    session.renewProducer();
    Iterator<Map.Entry<Lane, SendPipeline>> oldest = pipelines.entrySet().iterator();
    while (pipelines.size() > MAX_IDLE / 2 && oldest.hasNext()) {
      Map.Entry<Lane, SendPipeline> lane = oldest.next();
      if (lane.getValue().isConfirmed()) {
        lane.getKey().destination().release();
        oldest.remove();
      }
    }
  }

  /** Waits until everything sent is confirmed. */
  public void flush(long deadlineNanos) throws JMSException {
    List<SendPipeline> all;
    synchronized (pipelines) {
      all = new ArrayList<>(pipelines.values());
    }
    for (SendPipeline pipeline : all) {
      pipeline.flush(deadlineNanos);
    }
  }

  /** Lets all pipelines go; nothing is sent any more. */
  public void close() {
    synchronized (pipelines) {
      if (pipelines.values().stream().allMatch(SendPipeline::hasSentAll)) {
        session.giveProducerBack();
      }
      pipelines.keySet().forEach(lane -> lane.destination().release());
      pipelines.clear();
    }
  }
}
