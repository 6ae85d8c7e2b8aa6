package io.millrace.it.campaign;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What clients did and saw, and what of it must not be. A message is "producer-number"; numbers of
 * one producer rise. It lies in a log, or in several when a client moves it on. Any thread.
 *
 * <p>A client says what it begins before it does so, and what it saw after it did: what was seen
 * before it was begun was seen too early.
 */
final class History {
  private static final int MOST_VIOLATIONS = 50;

  /** What may have become of a message in a log. */
  private enum State {
    UNCOMMITTED,
    VISIBLE,
    ROLLED_BACK
  }

  private record Place(String log, String message) {
    @Override
    public String toString() {
      return message + " of " + log;
    }
  }

  private record Offset(String partition, long offset) {}

  private record Order(String consumer, String producer) {}

  private final Map<Place, State> sent = new HashMap<>();
  private final Set<Place> seen = new HashSet<>();
  private final Set<String> confirmed = new HashSet<>();
  private final Set<String> delivered = new HashSet<>();
  private final Set<String> acknowledged = new HashSet<>();
  private final Map<Order, Integer> lastInOrder = new HashMap<>();
  private final Map<Offset, String> byOffset = new HashMap<>();
  private final Map<String, GroupHistory> groups = new HashMap<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();

  /** A client begins to send a message by itself; whether it succeeds is not known yet. */
  synchronized void sending(String log, String message) {
    sent.put(new Place(log, message), State.VISIBLE);
  }

  /** A client begins to send a message in a transaction: nobody may see it yet. */
  synchronized void sendingInTransaction(String log, String message) {
    sent.put(new Place(log, message), State.UNCOMMITTED);
  }

  /** A client begins to commit what it sent: from now on it may be seen. */
  synchronized void committing(String log, List<String> messages) {
    messages.forEach(message -> sent.put(new Place(log, message), State.VISIBLE));
  }

  /** A client gave up messages that it had sent in a transaction, or was told that they are. */
  synchronized void rolledBack(String log, List<String> messages) {
    for (String message : messages) {
      Place place = new Place(log, message);
      sent.put(place, State.ROLLED_BACK);
      if (seen.contains(place)) {
        violation(place + " was seen, and then it was rolled back");
      }
    }
  }

  /** The server said that a message is durable in the first log that it lies in. */
  synchronized void confirmed(List<String> messages) {
    confirmed.addAll(messages);
  }

  /** A JMS consumer was given a message, and may be given it again. */
  synchronized void taken(String log, String message) {
    seen(log, message, "a JMS consumer");
  }

  /** A JMS consumer that acknowledges what it was given was given a message. */
  synchronized void delivered(String log, String message, boolean redelivered) {
    if (acknowledged.contains(message)) {
      violation(message + " was delivered again after its acknowledgement");
    }
    if (!delivered.add(message) && !redelivered) {
      violation(message + " was delivered again and not called redelivered");
    }
    taken(log, message);
  }

  /**
   * The only consumer of a queue was given a message: what comes for the first time comes in the
   * order in which its producer sent it.
   */
  synchronized void inOrder(String consumer, String message, boolean redelivered) {
    if (redelivered) {
      return;
    }
    int number = numberOf(message);
    Integer before = lastInOrder.put(new Order(consumer, producerOf(message)), number);
    if (before != null && before > number) {
      violation(message + " came to " + consumer + " behind number " + before);
    }
  }

  /** The server said that an acknowledgement is durable. */
  synchronized void acknowledged(List<String> messages) {
    acknowledged.addAll(messages);
  }

  /** A Kafka consumer read a record; once read, an offset has the same record for ever. */
  synchronized void read(String log, int partition, long offset, String message) {
    String name = partitionOf(log, partition);
    String before = byOffset.put(new Offset(name, offset), message);
    if (before != null && !before.equals(message)) {
      violation("offset " + offset + " of " + name + " was " + before + " and became " + message);
    }
    seen(log, message, "a Kafka consumer");
  }

  /** The only consumer of the group was assigned a partition and goes on at an offset of it. */
  synchronized void groupBegins(String log, int partition, long offset) {
    group(log, partition).begins(offset);
  }

  /** The only consumer of the group was given a record. */
  synchronized void groupRead(String log, int partition, long offset, String message) {
    group(log, partition).gives(offset);
    read(log, partition, offset, message);
  }

  /** The only consumer of the group begins to commit an offset; the commit's number is returned. */
  synchronized int groupCommits(String log, int partition, long offset) {
    return group(log, partition).commits(offset);
  }

  /** The server said that a commit is durable. */
  synchronized void groupCommitted(String log, int partition, int commit) {
    group(log, partition).holds(commit);
  }

  /** How far the group is known to have committed. */
  synchronized long committed(String log, int partition) {
    return group(log, partition).committed();
  }

  /** Checks that the group skipped none of the records of a partition. */
  synchronized void checkGroup(String log, int partition, List<Long> offsets) {
    group(log, partition).check(offsets);
  }

  private GroupHistory group(String log, int partition) {
    return groups.computeIfAbsent(
        partitionOf(log, partition), name -> new GroupHistory(name, this::violation));
  }

  private static String partitionOf(String log, int partition) {
    return log + "-" + partition;
  }

  private void seen(String log, String message, String by) {
    Place place = new Place(log, message);
    seen.add(place);
    State state = sent.get(place);
    if (state == null) {
      violation(by + " saw " + place + ", which nobody sent");
    } else if (state == State.UNCOMMITTED) {
      violation(by + " saw " + place + " before its commit began");
    } else if (state == State.ROLLED_BACK) {
      violation(by + " saw " + place + ", which was rolled back");
    }
  }

  private static String producerOf(String message) {
    return message.substring(0, message.indexOf('-'));
  }

  private static int numberOf(String message) {
    return Integer.parseInt(message.substring(message.indexOf('-') + 1));
  }

  /** Something that must not be. */
  void violation(String what) {
    if (violations.size() < MOST_VIOLATIONS) {
      violations.add(what);
    }
  }

  Queue<String> violations() {
    return violations;
  }

  synchronized int confirmedCount() {
    return confirmed.size();
  }

  /** How many were confirmed and not acknowledged, about. */
  synchronized int openCount() {
    return confirmed.size() - acknowledged.size();
  }

  /** Messages that were confirmed and not acknowledged, some of them. */
  synchronized List<String> missing() {
    return confirmed.stream().filter(m -> !acknowledged.contains(m)).sorted().limit(20).toList();
  }

  /** Checks a log from its beginning to its end: all confirmed messages, in order, once. */
  synchronized void check(String log, List<String> messages) {
    Set<String> there = new HashSet<>();
    Map<String, Integer> last = new HashMap<>();
    for (String message : messages) {
      seen(log, message, "the reader");
      if (!there.add(message)) {
        violation(message + " is twice in " + log);
      }
      int number = numberOf(message);
      Integer before = last.put(producerOf(message), number);
      if (before != null && before >= number) {
        violation(message + " comes behind number " + before + " in " + log);
      }
    }
    for (String message : confirmed) {
      if (!there.contains(message)) {
        violation(message + " was confirmed and is not in " + log);
      }
    }
  }

  @Override
  public synchronized String toString() {
    return sent.size()
        + " sent, "
        + confirmed.size()
        + " confirmed, "
        + sent.values().stream().filter(state -> state == State.ROLLED_BACK).count()
        + " rolled back, "
        + acknowledged.size()
        + " acknowledged";
  }
}
