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
 * one producer rise. Any thread.
 */
final class History {
  private static final int MOST_VIOLATIONS = 50;

  private final Set<String> sent = new HashSet<>();
  private final Set<String> confirmed = new HashSet<>();
  private final Set<String> rolledBack = new HashSet<>();
  private final Set<String> delivered = new HashSet<>();
  private final Set<String> acknowledged = new HashSet<>();
  private final Map<Long, String> byOffset = new HashMap<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();

  /** A client begins to send a message; whether it succeeds is not known yet. */
  synchronized void sending(String message) {
    sent.add(message);
  }

  /** The server said that a message is durable. */
  synchronized void confirmed(List<String> messages) {
    confirmed.addAll(messages);
  }

  /** A client gave up a message that it had sent in a transaction. */
  synchronized void rolledBack(List<String> messages) {
    rolledBack.addAll(messages);
  }

  /** A consumer was given a message. */
  synchronized void delivered(String message, boolean redelivered) {
    if (acknowledged.contains(message)) {
      violation(message + " was delivered again after its acknowledgement");
    }
    if (!delivered.add(message) && !redelivered) {
      violation(message + " was delivered again and not called redelivered");
    }
    seen(message, "a JMS consumer");
  }

  /** The server said that an acknowledgement is durable. */
  synchronized void acknowledged(List<String> messages) {
    acknowledged.addAll(messages);
  }

  /** A Kafka consumer read a record; once read, an offset has the same record for ever. */
  synchronized void read(long offset, String message) {
    String before = byOffset.put(offset, message);
    if (before != null && !before.equals(message)) {
      violation("offset " + offset + " was " + before + " and became " + message);
    }
    seen(message, "a Kafka consumer");
  }

  private void seen(String message, String by) {
    if (!sent.contains(message)) {
      violation(by + " saw " + message + ", which nobody sent");
    }
    if (rolledBack.contains(message)) {
      violation(by + " saw " + message + ", which was rolled back");
    }
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
      seen(message, "the reader of " + log);
      if (!there.add(message)) {
        violation(message + " is twice in " + log);
      }
      int dash = message.indexOf('-');
      int number = Integer.parseInt(message.substring(dash + 1));
      Integer before = last.put(message.substring(0, dash), number);
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
        + rolledBack.size()
        + " rolled back, "
        + acknowledged.size()
        + " acknowledged";
  }
}
