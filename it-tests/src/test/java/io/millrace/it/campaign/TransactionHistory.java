package io.millrace.it.campaign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What transactional producers did and what readers saw, and what of it must not be, in the manner
 * of Jepsen's checks for Kafka: lost writes, duplicates, reordering, aborted reads, precommitted
 * reads, torn transactions, polls that go back, offsets whose record changes. Any thread.
 *
 * <p>A value is "writer:transaction:index"; the numbers of one writer rise. A producer says what it
 * begins before it does so, and how it ended after it did.
 */
final class TransactionHistory {
  private static final int MOST_VIOLATIONS = 50;

  /** What may have become of a transaction. */
  private enum State {
    OPEN,
    ABORTED,
    MAY_BE_COMMITTED,
    COMMITTED
  }

  /** A record as a reader was given it. */
  record Read(long offset, String value) {}

  /** A transaction, for who runs it. */
  static final class Transaction {
    private final String name;
    private final List<Place> places = new ArrayList<>();
    private State state = State.OPEN;

    private Transaction(String name) {
      this.name = name;
    }

    private boolean mayBeCommitted() {
      return state == State.MAY_BE_COMMITTED || state == State.COMMITTED;
    }
  }

  private record Place(String partition, String value) {
    @Override
    public String toString() {
      return value + " in " + partition;
    }
  }

  private record Spot(String partition, long offset) {}

  private record Position(String reader, String partition) {}

  private record Order(String reader, String partition, String writer) {}

  private final List<Transaction> transactions = new ArrayList<>();

  /** A value that is copied may be sent in several transactions, until one is committed. */
  private final Map<Place, List<Transaction>> sentIn = new HashMap<>();

  private final Map<Spot, String> bySpot = new HashMap<>();
  private final Map<Place, Long> committedAt = new LinkedHashMap<>();
  private final Map<Position, Long> positions = new HashMap<>();
  private final Map<Order, String> lastInOrder = new HashMap<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();

  synchronized Transaction begin(String name) {
    Transaction begun = new Transaction(name);
    transactions.add(begun);
    return begun;
  }

  /** A value is about to be sent in a transaction. */
  synchronized void sending(Transaction in, String partition, String value) {
    Place place = new Place(partition, value);
    in.places.add(place);
    sentIn.computeIfAbsent(place, first -> new ArrayList<>(1)).add(in);
  }

  /** It is about to be aborted, or was abandoned without being committed. */
  synchronized void aborting(Transaction transaction) {
    transaction.state = State.ABORTED;
    for (Place place : transaction.places) {
      if (committedAt.containsKey(place) && noneMayBeCommitted(place)) {
        violation(place + " was read as committed, and then " + transaction.name + " was aborted");
      }
    }
  }

  /** It is about to be committed: from now on its values may be seen. */
  synchronized void committing(Transaction transaction) {
    transaction.state = State.MAY_BE_COMMITTED;
  }

  /** The server said that it is committed. */
  synchronized void committed(Transaction transaction) {
    transaction.state = State.COMMITTED;
  }

  /** A reader goes back to the beginnings of all partitions. */
  synchronized void startsOver(String reader) {
    positions.keySet().removeIf(position -> position.reader.equals(reader));
    lastInOrder.keySet().removeIf(order -> order.reader.equals(reader));
  }

  /** A reader of what is committed was given a record. */
  synchronized void readCommitted(String reader, String partition, Read read) {
    readAny(reader, partition, read);
    Place place = new Place(partition, read.value);
    Long before = committedAt.put(place, read.offset);
    if (before != null && before != read.offset) {
      violation(place + " is there twice, at " + before + " and " + read.offset);
    }
    if (sentIn.containsKey(place) && noneMayBeCommitted(place)) {
      violation(
          reader
              + " read "
              + place
              + (transactionsOf(place).stream().allMatch(t -> t.state == State.ABORTED)
                  ? ", which was aborted"
                  : " before its commit began"));
    }
    Order order = new Order(reader, partition, writerOf(read.value));
    String last = lastInOrder.put(order, read.value);
    if (last != null && compare(last, read.value) >= 0) {
      violation(reader + " read " + place + " behind " + last);
    }
  }

  /** A reader of all that is durable was given a record. */
  synchronized void readAny(String reader, String partition, Read read) {
    Place place = new Place(partition, read.value);
    if (!sentIn.containsKey(place)) {
      violation(reader + " read " + place + ", which nobody sent");
    }
    String before = bySpot.put(new Spot(partition, read.offset), read.value);
    if (before != null && !before.equals(read.value)) {
      violation(
          "offset "
              + read.offset
              + " of "
              + partition
              + " was "
              + before
              + " and became "
              + read.value);
    }
    Long position = positions.put(new Position(reader, partition), read.offset);
    if (position != null && position >= read.offset) {
      violation(reader + " was given " + read.offset + " of " + partition + " behind " + position);
    }
  }

  private boolean noneMayBeCommitted(Place place) {
    return transactionsOf(place).stream().noneMatch(Transaction::mayBeCommitted);
  }

  private List<Transaction> transactionsOf(Place place) {
    return sentIn.getOrDefault(place, List.of());
  }

  /**
   * Checks everything, when all is over, against what is committed in each partition from its
   * beginning to its end.
   */
  synchronized void check(Map<String, List<Read>> committed) {
    startsOver("the checker");
    Set<Place> there = new HashSet<>();
    committed.forEach(
        (partition, records) ->
            records.forEach(
                record -> {
                  readCommitted("the checker", partition, record);
                  there.add(new Place(partition, record.value));
                }));
    for (Place place : committedAt.keySet()) {
      if (!there.contains(place)) {
        violation(place + " was read as committed, and is not there any more");
      }
    }
    for (Transaction transaction : transactions) {
      checkWhole(transaction, there);
    }
  }

  private void checkWhole(Transaction transaction, Set<Place> there) {
    List<Place> missing = transaction.places.stream().filter(p -> !there.contains(p)).toList();
    if (transaction.state == State.COMMITTED && !missing.isEmpty()) {
      violation(transaction.name + " was committed and lacks " + missing);
    }
    boolean sentOnce =
        transaction.places.stream().allMatch(place -> transactionsOf(place).size() == 1);
    if (transaction.state == State.MAY_BE_COMMITTED
        && sentOnce
        && !missing.isEmpty()
        && missing.size() < transaction.places.size()) {
      violation(transaction.name + " is there in part and lacks " + missing);
    }
  }

  private static String writerOf(String value) {
    return value.substring(0, value.indexOf(':'));
  }

  /** By the numbers of the transactions of one writer, and within one by the index. */
  private static int compare(String one, String other) {
    String[] a = one.split(":");
    String[] b = other.split(":");
    int byTransaction = Integer.compare(Integer.parseInt(a[1]), Integer.parseInt(b[1]));
    return byTransaction != 0
        ? byTransaction
        : Integer.compare(Integer.parseInt(a[2]), Integer.parseInt(b[2]));
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

  /** How many the server said are committed. */
  synchronized long committedCount() {
    return count(State.COMMITTED);
  }

  private long count(State state) {
    return transactions.stream().filter(transaction -> transaction.state == state).count();
  }

  @Override
  public synchronized String toString() {
    return transactions.size()
        + " transactions, "
        + count(State.COMMITTED)
        + " committed, "
        + count(State.ABORTED)
        + " aborted, "
        + count(State.MAY_BE_COMMITTED)
        + " in doubt";
  }
}
