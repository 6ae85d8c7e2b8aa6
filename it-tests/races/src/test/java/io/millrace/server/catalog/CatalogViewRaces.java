package io.millrace.server.catalog;

import static io.millrace.races.Steps.check;
import static io.millrace.races.Steps.together;

import io.millrace.races.Race;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** {@link CatalogView}: what its readers may rely on while shard 0 changes it. */
public final class CatalogViewRaces {
  private static final TopicConfigs CONFIGS = new TopicConfigs(Map.of());
  private static final Topic OLD = topic(1);
  private static final Topic NEW = topic(2);

  private CatalogViewRaces() {}

  public static List<Race> all() {
    return List.of(
        new Race("who listens before it looks misses no topic", 30, CatalogViewRaces::listens),
        new Race("a topic that has a name has an id", 30, CatalogViewRaces::named),
        new Race("a name is that of the newer topic", 30, CatalogViewRaces::newer));
  }

  private static Topic topic(long id) {
    return new Topic(new UUID(0, id), "t", TopicKind.TOPIC, 1, Map.of(), null, 0);
  }

  private static void listens() {
    CatalogView view = new CatalogView(CONFIGS);
    AtomicInteger known = new AtomicInteger();
    together(
        () -> view.put(NEW),
        () -> {
          view.addListener(
              new CatalogListener() {
                @Override
                public void onCreated(Topic topic) {
                  check(topic.equals(view.find(topic.name())), "there when it is told of");
                  known.incrementAndGet();
                }
              });
          if (view.find(NEW.name()) != null) {
            known.incrementAndGet();
          }
        });
    check(known.get() >= 1, "seen or told of");
  }

  private static void named() {
    CatalogView view = new CatalogView(CONFIGS);
    together(
        () -> view.put(NEW),
        () -> {
          Topic found = view.find(NEW.name());
          if (found != null) {
            check(found.equals(view.topicOf(found.partition(0))), "found by its id too");
          }
        });
  }

  /** A topic is created before the view has heard of the end of the one that had its name. */
  private static void newer() {
    CatalogView view = new CatalogView(CONFIGS);
    view.put(OLD);
    together(
        () -> {
          view.put(NEW);
          view.remove(OLD);
        },
        () -> {
          check(view.find(OLD.name()) != null, "the name always stands for one of them");
          check(view.find(OLD.name()) != null, "even later");
        });
    check(NEW.equals(view.find(OLD.name())), "in the end for the new one");
  }
}
