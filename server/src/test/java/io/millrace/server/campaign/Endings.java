package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.LogId;
import io.millrace.server.catalog.Topic;
import io.millrace.server.testing.SteppedServer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What became of the messages of one cursor, as far as its consumers of either protocol were told.
 * Messages are known by their texts. One thread.
 */
final class Endings {
  private final SteppedServer server;
  private final String deadLetters;
  private final List<BatchWindow> senders;
  private final List<Supplier<? extends Collection<String>>> holders = new ArrayList<>();

  /** Texts whose acknowledgement was answered. */
  private final Set<String> done = new HashSet<>();

  /** Texts whose acknowledgement was asked for, and was not answered. */
  private final Set<String> perhapsDone = new HashSet<>();

  /**
   * Nothing has ended.
   *
   * @param deadLetters the topic to which messages go that are given up; empty for none
   * @param senders all that is sent, a window for each partition
   */
  Endings(SteppedServer server, String deadLetters, List<BatchWindow> senders) {
    this.server = server;
    this.deadLetters = deadLetters;
    this.senders = senders;
  }

  List<BatchWindow> senders() {
    return senders;
  }

  /** What somebody holds for certain, while everyone has heard everything. */
  void addHolder(Supplier<? extends Collection<String>> held) {
    holders.add(held);
  }

  void done(Collection<String> texts) {
    done.addAll(texts);
  }

  /** As {@link #done}, where an answer means that this consumer and no other had the message. */
  void doneOnce(String text) {
    assertThat(done.add(text)).as("%s is done, a second time", text).isTrue();
  }

  void perhapsDone(Collection<String> texts) {
    perhapsDone.addAll(texts);
  }

  boolean isDone(String text) {
    return done.contains(text);
  }

  boolean mayBeDone(String text) {
    return done.contains(text) || perhapsDone.contains(text);
  }

  /** No message is with two consumers. */
  void checkHeld(String where) {
    Set<String> held = new HashSet<>();
    for (Supplier<? extends Collection<String>> holder : holders) {
      for (String text : holder.get()) {
        assertThat(held.add(text)).as("%s: %s is held twice", where, text).isTrue();
      }
    }
  }

  /** What lies among the dead letters, each once, and nothing that was acknowledged. */
  Set<String> buried() {
    Topic dead = deadLetters.isEmpty() ? null : server.broker().catalog().find(deadLetters);
    Set<String> buried = new HashSet<>();
    if (dead != null) {
      for (int index = 0; index < dead.partitions(); index++) {
        LogId partition = dead.partition(index);
        for (String value : server.values(partition)) {
          assertThat(buried.add(value)).as("%s: buried twice", value).isTrue();
        }
      }
    }
    assertThat(done).as("buried").noneMatch(buried::contains);
    return buried;
  }

  /** Whether all that is sent has arrived. */
  boolean isAllSent() {
    return senders.stream().allMatch(BatchWindow::isEmpty);
  }

  /** The messages of which nobody knows an end. */
  List<String> withoutEnd() {
    Set<String> buried = buried();
    List<String> left = new ArrayList<>();
    for (BatchWindow sender : senders) {
      for (int i = 0; i < sender.acknowledged(); i++) {
        String text = sender.text(i);
        if (!mayBeDone(text) && !buried.contains(text)) {
          left.add(text);
        }
      }
    }
    return left;
  }

  @Override
  public String toString() {
    return done.size() + " done, perhaps " + perhapsDone.size();
  }
}
