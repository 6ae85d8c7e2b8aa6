package io.millrace.server.security.acl;

import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rules, arranged for looking up what somebody may do with a resource. Immutable; any thread.
 *
 * <p>A look-up asks three places: the rules for the name, for every name, and for each prefix of
 * the name, of which there are as many as are nested. It allocates nothing, and does not grow with
 * the number of rules but by a logarithm.
 */
public final class AclIndex {
  static final AclIndex EMPTY = new AclIndex(List.of());

  /** Bit 0 of an answer, which is no operation: some rule is about the resource. */
  private static final int RULED = 1;

  /** What the rules say of one principal, from anywhere and from single hosts. */
  private static final class Verdict {
    private int allowed;
    private int denied;
    private @Nullable Map<String, Verdict> byHost;

    void add(AclRule rule) {
      if (!rule.host().equals(AclRule.ANY)) {
        Map<String, Verdict> hosts = byHost;
        if (hosts == null) {
          hosts = new HashMap<>();
          byHost = hosts;
        }
        hosts.computeIfAbsent(rule.host(), host -> new Verdict()).addBits(rule);
      } else {
        addBits(rule);
      }
    }

    private void addBits(AclRule rule) {
      if (rule.allow()) {
        allowed |= rule.operation().ruled();
      } else {
        denied |= rule.operation().ruled();
      }
    }

    long of(String host) {
      Map<String, Verdict> hosts = byHost;
      Verdict here = hosts == null ? null : hosts.get(host);
      return here == null
          ? pack(allowed, denied)
          : pack(allowed | here.allowed, denied | here.denied);
    }
  }

  /** The rules of one pattern. */
  private static final class Pattern {
    private final Map<String, Verdict> byPrincipal = new HashMap<>();

    void add(AclRule rule) {
      byPrincipal.computeIfAbsent(rule.principal(), name -> new Verdict()).add(rule);
    }

    long of(String principal, String host) {
      Verdict own = byPrincipal.get(principal);
      Verdict everybodys = byPrincipal.get(AclRule.EVERYBODY);
      return (own == null ? 0 : own.of(host))
          | (everybodys == null ? 0 : everybodys.of(host))
          | RULED;
    }
  }

  /** The patterns of one type of resource. */
  private static final class Patterns {
    private final Map<String, Pattern> literal = new HashMap<>();
    private final TreeMap<String, Pattern> building = new TreeMap<>();
    private String[] prefixes = {};
    private Pattern[] byPrefix = {};

    /** For each prefix the next shorter one that it begins with; -1 for none. */
    private int[] shorter = {};

    void add(AclRule rule) {
      (rule.prefixed() ? building : literal)
          .computeIfAbsent(rule.name(), name -> new Pattern())
          .add(rule);
    }

    void seal() {
      prefixes = building.keySet().toArray(String[]::new);
      byPrefix = building.values().toArray(Pattern[]::new);
      shorter = new int[prefixes.length];
      for (int i = 0; i < prefixes.length; i++) {
        int candidate = i - 1;
        while (candidate >= 0 && !prefixes[i].startsWith(prefixes[candidate])) {
          candidate = shorter[candidate];
        }
        shorter[i] = candidate;
      }
      building.clear();
    }

    /** All prefixes of a name lie on the way from the last one that is not behind it. */
    private int longestPrefixOf(String name) {
      int low = 0;
      int high = prefixes.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        if (prefixes[middle].compareTo(name) <= 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      int found = high;
      while (found >= 0 && !name.startsWith(prefixes[found])) {
        found = shorter[found];
      }
      return found;
    }

    long of(String name, String principal, String host) {
      long bits = of(literal.get(name), principal, host);
      bits |= of(literal.get(AclRule.ANY), principal, host);
      for (int i = longestPrefixOf(name); i >= 0; i = shorter[i]) {
        bits |= byPrefix[i].of(principal, host);
      }
      return bits;
    }

    private static long of(@Nullable Pattern pattern, String principal, String host) {
      return pattern == null ? 0 : pattern.of(principal, host);
    }

    /** Whether somebody may do this with some resource, existing or not (KIP-679). */
    boolean allowsAny(int operation, String principal, String host, boolean unruled) {
      if (unruled && !literal.containsKey(AclRule.ANY)) {
        return true; // with names that no rule is about
      }
      if ((denied(of(literal.get(AclRule.ANY), principal, host)) & operation) != 0) {
        return false;
      }
      for (Map.Entry<String, Pattern> each : literal.entrySet()) {
        if (each.getKey().equals(AclRule.ANY)) {
          if (allows(each.getValue().of(principal, host), operation)) {
            return true;
          }
        } else if (allows(each.getValue().of(principal, host), operation)
            && (denied(of(each.getKey(), principal, host)) & operation) == 0) {
          return true;
        }
      }
      for (int i = 0; i < prefixes.length; i++) {
        if (allows(byPrefix[i].of(principal, host), operation)
            && !isDeniedAlong(i, operation, principal, host)) {
          return true;
        }
      }
      return false;
    }

    private boolean isDeniedAlong(int prefix, int operation, String principal, String host) {
      for (int i = prefix; i >= 0; i = shorter[i]) {
        if ((denied(byPrefix[i].of(principal, host)) & operation) != 0) {
          return true;
        }
      }
      return false;
    }

    private static boolean allows(long bits, int operation) {
      return (Operation.withImplied(allowed(bits)) & operation) != 0;
    }
  }

  private final Map<ResourceType, Patterns> byType = new EnumMap<>(ResourceType.class);

  AclIndex(Collection<AclRule> rules) {
    for (AclRule rule : rules) {
      byType.computeIfAbsent(rule.type(), type -> new Patterns()).add(rule);
    }
    byType.values().forEach(Patterns::seal);
  }

  /** Allowed in the low half, whose bit 0 is {@link #RULED}; denied in the high one. */
  private static long pack(int allowed, int denied) {
    return (long) denied << 32 | allowed;
  }

  private static int allowed(long bits) {
    return (int) bits & ~RULED;
  }

  private static int denied(long bits) {
    return (int) (bits >>> 32);
  }

  /**
   * What somebody may do with a resource, as bits: what a rule allows, and what follows from that,
   * without what a rule denies.
   *
   * @param unruled the answer where no rule is about the resource
   */
  int operations(String principal, String host, ResourceType type, String name, int unruled) {
    Patterns patterns = byType.get(type);
    long bits = patterns == null ? 0 : patterns.of(name, principal, host);
    if ((bits & RULED) == 0) {
      return unruled;
    }
    return Operation.withImplied(allowed(bits)) & ~denied(bits);
  }

  /**
   * Whether somebody may do this with at least one resource of a type, whether it exists or not.
   *
   * @param unruled the answer for a resource that no rule is about
   */
  boolean allowsAny(
      String principal, String host, ResourceType type, Operation operation, boolean unruled) {
    Patterns patterns = byType.get(type);
    return patterns == null
        ? unruled
        : patterns.allowsAny(operation.bit(), principal, host, unruled);
  }
}
