package io.millrace.server.catalog;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the values of {@code cleanup.policy} mean. Pure. */
final class CleanupPolicy {
  private static final String DELETE = "delete";
  private static final String COMPACT = "compact";

  private CleanupPolicy() {}

  /** Says what is wrong with a value, or null. */
  static @Nullable String problemWith(String value) {
    Set<String> named = new HashSet<>();
    for (String each : value.split(",", -1)) {
      String policy = each.trim();
      if (!policy.equals(DELETE) && !policy.equals(COMPACT)) {
        return "must be 'delete', 'compact' or both, with a comma between";
      }
      if (!named.add(policy)) {
        return policy + " is named twice";
      }
    }
    return null;
  }

  /** Whether of the records with one key the last is kept. */
  static boolean compacts(String value) {
    return has(value, COMPACT);
  }

  /** Whether old records are deleted. */
  static boolean deletes(String value) {
    return has(value, DELETE);
  }

  private static boolean has(String value, String policy) {
    if (value.equals(DELETE)) {
      return policy.equals(DELETE); // asked for each batch that is produced, and nearly always so
    }
    for (String each : value.split(",", -1)) {
      if (each.trim().equals(policy)) {
        return true;
      }
    }
    return false;
  }
}
