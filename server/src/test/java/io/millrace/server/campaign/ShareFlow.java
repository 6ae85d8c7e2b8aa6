package io.millrace.server.campaign;

import io.millrace.server.catalog.Topic;
import io.millrace.server.cursor.ShareSettings;
import io.millrace.server.group.settings.GroupSettingKeys;
import io.millrace.server.testing.SteppedServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A share group behind the Kafka door: its members accept, release, reject and keep what they are
 * given, fall silent until their locks are over, lose their sockets, leave. What must hold:
 *
 * <ul>
 *   <li>no record is with two members whose locks hold, and who holds one may say what became of
 *       it;
 *   <li>none comes again after its acceptance was answered, and none is accepted twice;
 *   <li>deliveries are counted, never backwards, a crash forgets no release that was answered, and
 *       there are no more than the limit;
 *   <li>at the end each was accepted, or lies once among the dead letters, or was given up.
 * </ul>
 */
final class ShareFlow implements Flow {
  private static final int MEMBERS = 3;
  private static final int MOST_ACTS = 6;

  private final Random random;
  private final ShareModel model;
  private final boolean seesDeadLetters;

  private ShareFlow(Random random, Doors doors, ShareModel model, boolean seesDeadLetters) {
    this.random = random;
    this.model = model;
    this.seesDeadLetters = seesDeadLetters;
    for (int i = 0; i < MEMBERS; i++) {
      model.members().add(new ShareMember(random, doors, model));
    }
  }

  /**
   * A group with a cursor of its own, from the beginning of a topic on.
   *
   * @param deadLetters where messages go that are given up; empty for nowhere
   * @param endings of its messages, which are no other group's
   */
  static ShareFlow of(
      SteppedServer server,
      Random random,
      Doors doors,
      String group,
      Topic topic,
      String deadLetters,
      Endings endings) {
    int limit = 2 + random.nextInt(4);
    set(
        server,
        group,
        Map.of(
            GroupSettingKeys.OFFSET_RESET,
            GroupSettingKeys.EARLIEST,
            GroupSettingKeys.DELIVERY_COUNT,
            "" + limit,
            GroupSettingKeys.DEAD_LETTER_TOPIC,
            deadLetters,
            GroupSettingKeys.ISOLATION,
            random.nextBoolean() ? GroupSettingKeys.READ_COMMITTED : "read_uncommitted"));
    ShareSettings settings = server.broker().shareSettings(group);
    ShareModel model = new ShareModel(group, topic, settings, limit, endings);
    return new ShareFlow(random, doors, model, !deadLetters.isEmpty());
  }

  /**
   * A group that takes its messages from a queue's own cursor.
   *
   * @param endings of the queue's messages, with its JMS consumers
   */
  static ShareFlow ofQueue(
      SteppedServer server,
      Random random,
      Doors doors,
      String group,
      Topic queue,
      Endings endings) {
    set(server, group, Map.of(GroupSettingKeys.QUEUE_CURSOR, "true"));
    ShareSettings settings = server.broker().shareSettings(group);
    ShareModel model = new ShareModel(group, queue, settings, ShareModel.NO_LIMIT, endings);
    return new ShareFlow(random, doors, model, true);
  }

  private static void set(SteppedServer server, String group, Map<String, String> own) {
    Map<String, @Nullable String> all = new HashMap<>(own);
    all.put(GroupSettingKeys.LOCK_DURATION, "1000");
    all.put(GroupSettingKeys.SHARE_SESSION, "1500");
    all.put(GroupSettingKeys.SHARE_HEARTBEAT, "300");
    server.<Map<String, String>>ask(
        reply -> server.broker().alterGroupSettings(group, all, false, reply));
  }

  @Override
  public void act() {
    for (int acts = 1 + random.nextInt(MOST_ACTS); acts > 0; acts--) {
      ShareMember member = model.members().get(random.nextInt(MEMBERS));
      member.fate();
      member.act();
    }
  }

  @Override
  public void hear() {
    model.members().forEach(ShareMember::hear);
  }

  @Override
  public void comeBack() {
    model.members().forEach(ShareMember::dropConnection);
    model.comeBack();
  }

  @Override
  public void check(String where) {
    model.endings().checkHeld(where);
    if (seesDeadLetters) {
      model.endings().buried();
    }
  }

  @Override
  public boolean finish() {
    model.members().forEach(ShareMember::finish);
    return model.endings().isAllSent() && isAssigned() && isDrained();
  }

  /** Whether somebody reads each partition. */
  private boolean isAssigned() {
    Set<Integer> all = new TreeSet<>();
    for (ShareMember member : model.members()) {
      all.addAll(member.assigned());
    }
    return all.size() == model.topic().partitions();
  }

  private boolean isDrained() {
    for (ShareMember member : model.members()) {
      if (!member.holdsNothing()) {
        return false;
      }
    }
    List<String> left = model.endings().withoutEnd();
    return seesDeadLetters ? left.isEmpty() : left.stream().allMatch(model::mayBeGivenUp);
  }

  @Override
  public String toString() {
    return model + " " + model.members();
  }
}
