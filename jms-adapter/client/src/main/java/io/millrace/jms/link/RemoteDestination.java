package io.millrace.jms.link;

import io.millrace.jms.wire.BodyDefault;
import io.millrace.jms.wire.DestinationInfo;
import io.millrace.jms.wire.message.DestinationName;
import io.millrace.jms.wire.message.MessageId;
import java.util.concurrent.atomic.AtomicInteger;

/** A destination as the server of the moment numbers it. Any thread may call. */
public final class RemoteDestination {
  private static final int GONE = -1;

  private record Place(int id, int partitions, String topicText, BodyDefault bodyDefault) {
    static final Place NOWHERE = new Place(GONE, 1, "", BodyDefault.BYTES);
  }

  private final DestinationName name;
  private final boolean temporary;
  private final AtomicInteger users = new AtomicInteger();
  private volatile Place place = Place.NOWHERE;

  RemoteDestination(DestinationName name, boolean temporary) {
    this.name = name;
    this.temporary = temporary;
  }

  public DestinationName name() {
    return name;
  }

  boolean isTemporary() {
    return temporary;
  }

  void onResolved(DestinationInfo info) {
    place =
        new Place(
            info.destinationId(),
            info.partitions(),
            MessageId.topicText(info.topicId()),
            info.bodyDefault());
  }

  /**
   * It was deleted while the connection was broken: the server refuses what is sent there under
   * this number.
   */
  void onGone() {
    place = Place.NOWHERE;
  }

  boolean isResolved() {
    return place.id != GONE;
  }

  /** The server's number, which changes with the socket. */
  public int id() {
    return place.id;
  }

  /** How many partitions it has. */
  public int partitions() {
    return place.partitions;
  }

  /** What a record without JMS headers becomes. */
  public BodyDefault bodyDefault() {
    return place.bodyDefault;
  }

  /** The JMSMessageID of the record at this place. */
  public String messageId(int partition, long offset) {
    return MessageId.PREFIX + place.topicText + ':' + partition + ':' + offset;
  }

  void acquire() {
    users.incrementAndGet();
  }

  /** Ends what {@link Destinations#acquire} began. */
  public void release() {
    users.decrementAndGet();
  }

  boolean isUnused() {
    return users.get() <= 0;
  }
}
