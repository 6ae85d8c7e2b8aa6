package io.millrace.server.group;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.millrace.kernel.Failures;
import io.millrace.kernel.Timers.Timer;
import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.Topic;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which topics match the patterns that members of consumer groups subscribe to (KIP-848). The
 * shard's thread; matching itself, which takes time in proportion to the topics, runs elsewhere.
 *
 * <p>Patterns are RE2's, which match in time linear in the name, and have at most {@value
 * #MAX_LENGTH} characters, and {@value #MAX_SIZE} with repetitions written out. Temporary topics
 * match none. Nothing of this is kept: after a restart patterns are matched anew.
 */
final class TopicPatterns {
  /** Characters of a pattern. */
  static final int MAX_LENGTH = 1_000;

  /** Of a pattern whose repetitions are written out, see {@link PatternSize}. */
  static final int MAX_SIZE = 2_000;

  /** Patterns that may wait to be matched for the first time. */
  static final int MAX_RESOLVING = 200;

  /** Topics that come together are looked at together. */
  private static final int GATHER_MS = 50;

  private final Shard<?> shard;
  private final CatalogView catalog;
  private final Executor elsewhere;
  private final Consumer<Set<String>> changed;
  private final Predicate<String> used;
  private final Map<String, Set<String>> matches = new HashMap<>();
  private final Set<String> wanted = new LinkedHashSet<>();

  /** Patterns that are being matched for the first time, and who waits for them. */
  private final Map<String, List<Asking>> resolving = new HashMap<>();

  private @Nullable Timer timer;
  private boolean refreshing;
  private boolean stale;
  private boolean stopped;

  /** How often topics have come or gone: what was matched before is matched again. */
  private int changes;

  /**
   * Patterns for the groups of one shard.
   *
   * @param elsewhere where names are matched
   * @param changed told of patterns whose topics are known now, or are others than before
   * @param used whether some group of the shard uses a pattern
   */
  TopicPatterns(
      Shard<?> shard,
      CatalogView catalog,
      Executor elsewhere,
      Consumer<Set<String>> changed,
      Predicate<String> used) {
    this.shard = shard;
    this.catalog = catalog;
    this.elsewhere = elsewhere;
    this.changed = changed;
    this.used = used;
  }

  /** The names of the topics that match, in order; null when that is not known yet. */
  @Nullable Set<String> topics(String pattern) {
    return matches.get(pattern);
  }

  /**
   * Somebody who waits for a pattern to be matched.
   *
   * @param then runs when it is known
   * @param refused told why it is no pattern
   * @param reply fails when the shard stops before
   */
  private record Asking(Runnable then, Consumer<String> refused, Reply<?> reply) {}

  /** Whether this pattern must be asked for later, because too many others wait. */
  boolean isBusyFor(String pattern) {
    return resolving.size() >= MAX_RESOLVING && !resolving.containsKey(pattern);
  }

  /**
   * Finds out what matches a pattern that may be wrong. It is forgotten again when it is not {@code
   * used} then.
   *
   * @param then runs when it is known
   * @param refused told why it is no pattern
   * @param reply fails when the shard stops before
   */
  void resolve(String pattern, Runnable then, Consumer<String> refused, Reply<?> reply) {
    if (pattern.length() > MAX_LENGTH) {
      refused.accept("a pattern has at most " + MAX_LENGTH + " characters");
      return;
    }
    if (PatternSize.of(pattern, MAX_SIZE) > MAX_SIZE) {
      refused.accept("its repetitions come to more than " + MAX_SIZE + " characters");
      return;
    }
    List<Asking> asking = resolving.get(pattern);
    if (asking != null) {
      asking.add(new Asking(then, refused, reply));
      return;
    }
    asking = new ArrayList<>();
    asking.add(new Asking(then, refused, reply));
    resolving.put(pattern, asking);
    int changesBefore = changes;
    elsewhere.execute(
        () -> {
          Outcome outcome = match(pattern, catalog.topics());
          shard.event(() -> resolved(pattern, outcome, changesBefore));
        });
  }

  private void resolved(String pattern, Outcome outcome, int changesBefore) {
    List<Asking> asking = resolving.remove(pattern);
    if (stopped || asking == null) {
      return;
    }
    Set<String> found = outcome.topics();
    if (found == null) {
      asking.forEach(each -> each.refused.accept(outcome.error()));
      return;
    }
    matches.put(pattern, shared(found));
    if (changes != changesBefore) {
      onTopicsChanged();
    }
    asking.forEach(each -> each.then.run());
    releaseUnused(pattern);
  }

  /** The same topics as another pattern's, if there is one that they equal. */
  private Set<String> shared(Set<String> found) {
    for (Set<String> each : matches.values()) {
      if (each.size() == found.size() && each.equals(found)) {
        return each;
      }
    }
    return found;
  }

  /** Finds out, soon, what matches a pattern that was resolved in an earlier life or forgotten. */
  void want(String pattern) {
    if (wanted.add(pattern)) {
      schedule();
    }
  }

  /** Forgets a pattern unless some group of the shard uses it. */
  void releaseUnused(String pattern) {
    if (matches.containsKey(pattern) && !used.test(pattern)) {
      matches.remove(pattern);
    }
  }

  /** Topics have come or gone. */
  void onTopicsChanged() {
    changes++;
    if (!matches.isEmpty() || refreshing) {
      stale = true;
      schedule();
    }
  }

  private void schedule() {
    if (timer == null && !refreshing) {
      timer = shard.timers().after(GATHER_MS, this::refresh);
    }
  }

  private void refresh() {
    Set<String> patterns = new HashSet<>(matches.keySet());
    patterns.addAll(wanted);
    Set<String> missing = Set.copyOf(wanted);
    timer = null;
    wanted.clear();
    stale = false;
    refreshing = true;
    elsewhere.execute(
        () -> {
          Map<String, Set<String>> found = new HashMap<>();
          Map<Set<String>, Set<String>> equal = new HashMap<>();
          List<Topic> topics = List.copyOf(catalog.topics());
          for (String pattern : patterns) {
            Set<String> names = match(pattern, topics).topics();
            if (names == null) {
              // It was checked when it was resolved first.
              Failures.report(
                  "matching topics", new IllegalStateException("no pattern: " + pattern));
            } else {
              Set<String> same = equal.putIfAbsent(names, names);
              found.put(pattern, same == null ? names : same);
            }
          }
          shard.event(() -> refreshed(found, missing));
        });
  }

  private void refreshed(Map<String, Set<String>> found, Set<String> missing) {
    if (stopped) {
      return;
    }
    refreshing = false;
    if (stale || !wanted.isEmpty()) {
      schedule();
    }
    Set<String> others = new LinkedHashSet<>();
    found.forEach(
        (pattern, names) -> {
          // Not what was released meanwhile.
          boolean asked = matches.containsKey(pattern) || missing.contains(pattern);
          if (asked && !names.equals(matches.put(pattern, names))) {
            others.add(pattern);
          }
        });
    if (!others.isEmpty()) {
      changed.accept(others);
    }
  }

  void stop(RuntimeException reason) {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
    matches.clear();
    resolving.values().forEach(some -> some.forEach(each -> fail(each.reply, reason)));
    resolving.clear();
  }

  private static void fail(Reply<?> reply, RuntimeException reason) {
    try {
      reply.fail(reason);
    } catch (RuntimeException e) {
      Failures.report("refusing a group member", e);
    }
  }

  // ---- elsewhere

  private record Outcome(@Nullable Set<String> topics, String error) {}

  private static Outcome match(String pattern, Collection<Topic> topics) {
    Pattern compiled;
    try {
      compiled = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      return new Outcome(null, e.getDescription() + " " + e.getPattern());
    } catch (RuntimeException | StackOverflowError e) {
      return new Outcome(null, "the pattern is too much: " + e);
    }
    Set<String> names = new TreeSet<>();
    for (Topic topic : topics) {
      if (!topic.kind().isTemporary() && compiled.matches(topic.name())) {
        names.add(topic.name());
      }
    }
    return new Outcome(names, "");
  }
}
