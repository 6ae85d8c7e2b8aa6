package io.millrace.server.security.acl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The index against the rules read one by one. */
final class AclIndexTest {
  private static final long SEED = Long.getLong("seed", new Random().nextLong());
  private static final List<String> NAMES =
      List.of("a", "ab", "abc", "abd", "b", "ba", "bab", "abcabc", "*", "z");
  private static final List<String> PRINCIPALS = List.of("User:ann", "User:bob", "User:*");
  private static final List<String> HOSTS = List.of("*", "10.0.0.1", "10.0.0.2");
  private static final Set<Operation> DESCRIBERS =
      EnumSet.of(Operation.READ, Operation.WRITE, Operation.DELETE, Operation.ALTER);

  private static AclRule random(Random random) {
    return new AclRule(
        pick(random, ResourceType.TOPIC, ResourceType.GROUP),
        pick(random, NAMES.toArray(String[]::new)),
        random.nextInt(3) == 0,
        pick(random, PRINCIPALS.toArray(String[]::new)),
        pick(random, HOSTS.toArray(String[]::new)),
        pick(random, Operation.values()),
        random.nextInt(3) != 0);
  }

  @SafeVarargs
  private static <T> T pick(Random random, T... of) {
    return of[random.nextInt(of.length)];
  }

  private static boolean isAbout(AclRule rule, ResourceType type, String name) {
    return rule.type() == type
        && (rule.prefixed()
            ? name.startsWith(rule.name())
            : rule.name().equals("*") || rule.name().equals(name));
  }

  private static boolean concerns(AclRule rule, String principal, String host) {
    return (rule.principal().equals("User:*") || rule.principal().equals(principal))
        && (rule.host().equals("*") || rule.host().equals(host));
  }

  private static boolean gives(Operation ruled, Operation asked) {
    return ruled == Operation.ALL
        || ruled == asked
        || (asked == Operation.DESCRIBE && DESCRIBERS.contains(ruled))
        || (asked == Operation.DESCRIBE_CONFIGS && ruled == Operation.ALTER_CONFIGS);
  }

  /** As KIP-11 says it. */
  private static boolean naive(
      List<AclRule> rules,
      String principal,
      String host,
      Operation operation,
      ResourceType type,
      String name,
      boolean unruled) {
    List<AclRule> about = rules.stream().filter(rule -> isAbout(rule, type, name)).toList();
    if (about.isEmpty()) {
      return unruled;
    }
    List<AclRule> mine = about.stream().filter(rule -> concerns(rule, principal, host)).toList();
    boolean denied =
        mine.stream()
            .anyMatch(
                rule ->
                    !rule.allow()
                        && (rule.operation() == Operation.ALL || rule.operation() == operation));
    return !denied
        && mine.stream().anyMatch(rule -> rule.allow() && gives(rule.operation(), operation));
  }

  @Test
  void answersAsTheRulesReadOneByOne() {
    Random random = new Random(SEED);
    for (int round = 0; round < 2000; round++) {
      List<AclRule> rules = new ArrayList<>();
      int count = random.nextInt(12);
      for (int i = 0; i < count; i++) {
        rules.add(random(random));
      }
      AclIndex index = new AclIndex(rules);
      boolean unruled = random.nextBoolean();
      for (int question = 0; question < 20; question++) {
        String principal = pick(random, "User:ann", "User:bob", "User:eve");
        String host = pick(random, "10.0.0.1", "10.0.0.2", "10.0.0.3");
        String name = pick(random, NAMES.toArray(String[]::new)) + pick(random, "", "", "x", "c");
        ResourceType type = pick(random, ResourceType.TOPIC, ResourceType.GROUP);
        int bits =
            index.operations(principal, host, type, name, unruled ? Operation.EVERYTHING : 0);
        for (Operation operation : Operation.values()) {
          if (operation != Operation.ALL) {
            assertThat((bits & operation.bit()) != 0)
                .as(
                    "seed %d: %s from %s, %s %s %s, by %s",
                    SEED, principal, host, operation, type, name, rules)
                .isEqualTo(naive(rules, principal, host, operation, type, name, unruled));
          }
        }
      }
    }
  }

  /** Some name among many, and one that no rule knows, stand for all names. */
  @Test
  void findsWhetherAnyResourceIsAllowed() {
    Random random = new Random(SEED);
    for (int round = 0; round < 2000; round++) {
      List<AclRule> rules = new ArrayList<>();
      int count = random.nextInt(6);
      for (int i = 0; i < count; i++) {
        rules.add(random(random));
      }
      List<String> candidates = new ArrayList<>(NAMES);
      candidates.remove("*");
      NAMES.forEach(name -> candidates.add(name + "-unknown"));
      candidates.add("unknown");
      boolean expected =
          candidates.stream()
              .anyMatch(
                  name ->
                      naive(
                          rules,
                          "User:ann",
                          "10.0.0.1",
                          Operation.WRITE,
                          ResourceType.TOPIC,
                          name,
                          false));
      assertThat(
              new AclIndex(rules)
                  .allowsAny("User:ann", "10.0.0.1", ResourceType.TOPIC, Operation.WRITE, false))
          .as("seed %d: %s", SEED, rules)
          .isEqualTo(expected);
    }
  }

  @Test
  void anEmptyIndexAllowsNothingUnlessEverything() {
    assertThat(AclIndex.EMPTY.operations("User:ann", "h", ResourceType.TOPIC, "a", 0)).isZero();
    assertThat(
            AclIndex.EMPTY.operations(
                "User:ann", "h", ResourceType.TOPIC, "a", Operation.EVERYTHING))
        .isEqualTo(Operation.EVERYTHING);
  }
}
