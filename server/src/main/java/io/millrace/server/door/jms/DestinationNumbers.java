package io.millrace.server.door.jms;

import io.millrace.jms.wire.ErrorCode;
import io.millrace.server.catalog.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The numbers by which one conversation names destinations. A destination has one, however often it
 * is resolved, and those that were deleted are forgotten now and then: a client that resolves
 * without end, as one does that answers to ever new temporary queues, takes no ever growing room.
 * Guarded by the client.
 */
final class DestinationNumbers {
  private static final int FORGET_FROM = 1024;

  private final Predicate<Topic> exists;
  private final Map<Integer, Topic> topics = new HashMap<>();
  private final Map<UUID, Integer> numbers = new HashMap<>();
  private int last;
  private int forgetAt = FORGET_FROM;

  /**
   * Numbers from 1.
   *
   * @param exists whether a topic was not deleted meanwhile
   */
  DestinationNumbers(Predicate<Topic> exists) {
    this.exists = exists;
  }

  /** The number of a topic. */
  int of(Topic topic) {
    Integer known = numbers.get(topic.id());
    if (known != null) {
      topics.put(known, topic);
      return known;
    }
    if (topics.size() >= forgetAt) {
      topics.values().removeIf(exists.negate());
      numbers.values().retainAll(topics.keySet());
      forgetAt = Math.max(FORGET_FROM, 2 * topics.size());
    }
    last++;
    topics.put(last, topic);
    numbers.put(topic.id(), last);
    return last;
  }

  /** The topic of a number. */
  Topic get(int number) {
    Topic topic = topics.get(number);
    if (topic != null) {
      return topic;
    }
    if (number > 0 && number <= last) {
      throw new RefusedException(
          ErrorCode.DESTINATION, "destination number " + number + " was deleted");
    }
    throw new RefusedException(ErrorCode.PROTOCOL, "there is no destination number " + number);
  }

  int size() {
    return topics.size();
  }
}
