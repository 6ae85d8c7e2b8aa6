package io.millrace.server.config;

import java.util.Collection;
import java.util.Optional;

/** Finds what a mistyped name may have meant. */
public final class Suggestions {
  private Suggestions() {}

  /** The known name that takes the fewest edits, when that is near enough to be a slip. */
  public static Optional<String> nearest(String name, Collection<String> known) {
    String plain = plain(name);
    String best = null;
    int least = Math.max(2, plain.length() / 3) + 1;
    for (String candidate : known) {
      int edits = distance(plain, plain(candidate));
      if (edits < least) {
        least = edits;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  private static String plain(String name) {
    String text = name.toLowerCase(java.util.Locale.ROOT).replace('_', '.').replace('-', '.');
    return text.startsWith("millrace.") ? text.substring("millrace.".length()) : text;
  }

  /** Levenshtein's distance, in one row. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int above = row[j];
        int same = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(same, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[to.length()];
  }
}
