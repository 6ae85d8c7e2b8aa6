package io.millrace.server.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.AppendResult;
import io.millrace.server.catalog.CatalogException;
import io.millrace.server.catalog.Topic;
import io.millrace.server.catalog.TopicSpec;
import io.millrace.server.testing.Answer;
import io.millrace.server.testing.SteppedServer;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An operator creates a topic, writes a record to it and deletes it, again and again under the same
 * name. What was answered is so after every crash, and a new topic has nothing of the old one.
 */
final class TopicFlow implements Flow {
  private static final String NAME = "passing";

  private enum Doing {
    NOTHING,
    CREATING,
    WRITING,
    DELETING
  }

  private final SteppedServer server;
  private final Random random;
  private Doing doing = Doing.NOTHING;
  private int lives;
  private @Nullable Topic topic;
  private boolean written;
  private @Nullable Answer<Topic> changing;
  private @Nullable Answer<AppendResult> writing;

  TopicFlow(SteppedServer server, Random random) {
    this.server = server;
    this.random = random;
  }

  @Override
  public void act() {
    if (changing != null || writing != null) {
      return;
    }
    Topic now = topic;
    if (now == null) {
      doing = Doing.CREATING;
      changing = server.begin(r -> server.broker().createTopic(TopicSpec.topic(NAME, 1), r));
    } else if (!written) {
      doing = Doing.WRITING;
      writing =
          server.begin(
              r -> server.broker().produce(now.partition(0), server.batch("life " + lives), r));
    } else if (random.nextBoolean()) {
      doing = Doing.DELETING;
      changing = server.begin(r -> server.broker().deleteTopic(now.id(), r));
    }
  }

  @Override
  public void hear() {
    Answer<Topic> changed = changing;
    if (changed != null && changed.isDone()) {
      changing = null;
      if (changed.isOk()) {
        settle(doing == Doing.CREATING ? changed.get() : null);
      } else if (changed.error() instanceof CatalogException) {
        throw new AssertionError(NAME + " while " + doing, changed.error());
      }
    }
    Answer<AppendResult> wrote = writing;
    if (wrote != null && wrote.isDone()) {
      writing = null;
      written = wrote.isOk();
    }
  }

  private void settle(@Nullable Topic now) {
    if (topic == null && now != null) {
      lives++;
    }
    topic = now;
    written = false;
    doing = Doing.NOTHING;
  }

  /** What was under way has happened or not: an operator looks. */
  @Override
  public void comeBack() {
    boolean unsure = changing != null;
    changing = null;
    Topic found = server.broker().catalog().find(NAME);
    if (unsure && (found == null) != (topic == null)) {
      settle(found);
    }
    if (writing != null) {
      writing = null;
      Topic now = topic;
      written = now != null && !server.values(now.partition(0)).isEmpty();
    }
  }

  @Override
  public void check(String where) {
    Topic now = topic;
    assertThat(server.broker().catalog().find(NAME)).as("%s: topic %s", where, NAME).isEqualTo(now);
    if (now != null && changing == null) {
      assertThat(server.values(now.partition(0)))
          .as("%s: records of life %d", where, lives)
          .isSubsetOf("life " + lives)
          .hasSizeBetween(written ? 1 : 0, 1);
    }
  }

  @Override
  public boolean finish() {
    return changing == null && writing == null;
  }

  @Override
  public String toString() {
    return "topic in life " + lives + ": " + topic + ", " + doing + " " + changing + " " + writing;
  }
}
