package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.ShareSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the members of a share group may rely on. One thread. */
final class ShareModel {
  /** How many deliveries in vain a queue of JMS consumers allows has no bearing here. */
  static final int NO_LIMIT = Integer.MAX_VALUE;

  private final String group;
  private final Topic topic;
  private final ShareSettings settings;
  private final int limit;
  private final Endings endings;
  private final List<ShareMember> members = new ArrayList<>();

  /** The number of the newest delivery in this life of the server. */
  private final Map<String, Integer> told = new HashMap<>();

  /** The greatest number of a delivery ever. */
  private final Map<String, Integer> highest = new HashMap<>();

  /** How often a release was answered: a crash does not forget it. */
  private final Map<String, Integer> released = new HashMap<>();

  /** What a member rejected, or may have. */
  private final Set<String> rejected = new HashSet<>();

  /** Answers that were lost, and may have had any records. */
  private int lostAnswers;

  /**
   * @param settings of the group
   * @param limit deliveries in vain after which a message is given up, or {@link #NO_LIMIT}
   */
  ShareModel(String group, Topic topic, ShareSettings settings, int limit, Endings endings) {
    this.group = group;
    this.topic = topic;
    this.settings = settings;
    this.limit = limit;
    this.endings = endings;
    endings.addHolder(this::held);
  }

  String group() {
    return group;
  }

  Topic topic() {
    return topic;
  }

  long lockMs() {
    return settings.lockMs();
  }

  Endings endings() {
    return endings;
  }

  List<ShareMember> members() {
    return members;
  }

  private List<String> held() {
    List<String> held = new ArrayList<>();
    members.forEach(member -> held.addAll(member.held()));
    return held;
  }

  // ---- deliveries

  /** A member was given a record. */
  void delivered(ShareMember to, int partition, long offset, String text, int count) {
    String what = text + " of " + group;
    assertThat(text)
        .as("record %d of partition %d", offset, partition)
        .isEqualTo(endings.senders().get(partition).text(offset));
    assertThat(endings.isDone(text)).as("%s is done, and came again", what).isFalse();
    for (ShareMember member : members) {
      assertThat(member.held())
          .as("%s is given to %s, and held by %s", what, to, member)
          .doesNotContain(text);
    }
    assertThat(count)
        .as("number of the delivery of %s", what)
        .isGreaterThanOrEqualTo(told.getOrDefault(text, 1))
        .isGreaterThan(released.getOrDefault(text, 0))
        .isLessThanOrEqualTo(limit);
    told.put(text, count);
    highest.merge(text, count, Math::max);
  }

  /** An answer was lost on its way: nobody knows what it gave. */
  void answerLost() {
    lostAnswers++;
  }

  void released(String text) {
    released.merge(text, 1, Integer::sum);
  }

  void rejected(String text) {
    rejected.add(text);
  }

  /** The server has died: counts that were not durable may be gone with it. */
  void comeBack() {
    told.clear();
  }

  /** Whether a message may have been given up, where there are no dead letters to see that. */
  boolean mayBeGivenUp(String text) {
    return rejected.contains(text)
        || (limit != NO_LIMIT && highest.getOrDefault(text, 0) + lostAnswers >= limit);
  }

  @Override
  public String toString() {
    return "share group " + group + ", " + endings + ", " + rejected.size() + " rejected";
  }
}
