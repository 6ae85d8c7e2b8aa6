package io.millrace.it.campaign;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the only consumer of a group was given of a partition, and how far it committed. Commits are
 * made in an order and confirmed in it, so the group goes on at the last one that was confirmed or
 * at one that was begun behind it, and nowhere else. Owned by its {@link History}.
 */
final class GroupHistory {
  private record Commit(int number, long offset) {}

  private final String partition;
  private final Consumer<String> violations;
  private final Set<Long> given = new HashSet<>();

  /** The last commit that is known to hold, and those that were begun behind it. */
  private final List<Commit> open = new ArrayList<>(List.of(new Commit(0, 0)));

  private int commits;
  private long next;

  GroupHistory(String partition, Consumer<String> violations) {
    this.partition = partition;
    this.violations = violations;
  }

  /** The consumer was assigned the partition, and goes on at an offset that the server named. */
  void begins(long offset) {
    next = offset;
    for (Commit commit : open) {
      if (commit.offset() == offset) {
        holds(commit.number());
        return;
      }
    }
    long last = open.get(open.size() - 1).offset();
    if (offset < committed()) {
      violations.accept(
          "the group went back to " + at(offset) + " behind its commit of " + committed());
    } else if (offset > last) {
      violations.accept("the group began at " + at(offset) + " and had committed " + last);
    } else {
      violations.accept("the group began at " + at(offset) + ", which it never committed");
    }
  }

  /** The consumer was given a record. */
  void gives(long offset) {
    if (offset < next) {
      violations.accept("the group was given " + at(offset) + " when it was at " + next);
    }
    next = offset + 1;
    given.add(offset);
  }

  /** The consumer begins a commit, whose number is returned. */
  int commits(long offset) {
    open.add(new Commit(++commits, offset));
    return commits;
  }

  /** The server said that a commit is durable: the ones before it are over. */
  void holds(int number) {
    open.removeIf(commit -> commit.number() < number);
  }

  /** How far the group is known to have committed. */
  long committed() {
    return open.get(0).offset();
  }

  /** Checks that the group was given each record of the log that its commit has passed. */
  void check(List<Long> log) {
    for (long offset : log) {
      if (offset < committed() && !given.contains(offset)) {
        violations.accept("the group skipped " + at(offset));
      }
    }
  }

  private String at(long offset) {
    return offset + " of " + partition;
  }
}
