package io.millrace.it.differential;

import io.millrace.it.differential.Differences.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The differences that are meant, as the tables of the page {@code docs/kafka-differences.md} list
 * them: API, step of a script, field, Kafka's answer, Millrace's answer, reason. In all but the
 * last {@code *} stands for anything.
 */
final class IntendedDifferences {
  private static final Path PAGE = Path.of("..", "docs", "kafka-differences.md");
  private static final int COLUMNS = 6;

  private final List<Row> rows = new ArrayList<>();

  /** A row of the page, and whether the difference has occurred. */
  private static final class Row {
    private final String text;
    private final List<Pattern> patterns = new ArrayList<>();
    private boolean occurred;

    Row(String text, String[] cells) {
      this.text = text;
      for (int i = 0; i < COLUMNS - 1; i++) {
        patterns.add(pattern(cells[i].strip().replace("`", "")));
      }
    }

    private static Pattern pattern(String glob) {
      return Pattern.compile("\\Q" + glob.replace("*", "\\E.*\\Q") + "\\E", Pattern.DOTALL);
    }

    boolean matches(String... values) {
      for (int i = 0; i < values.length; i++) {
        if (!patterns.get(i).matcher(values[i]).matches()) {
          return false;
        }
      }
      return true;
    }
  }

  IntendedDifferences() throws IOException {
    for (String line : Files.readAllLines(PAGE)) {
      String[] cells = line.replaceAll("^\\| *| *\\|$", "").split("\\|", -1);
      if (line.startsWith("| `") && cells.length == COLUMNS) {
        rows.add(new Row(line, cells));
      }
    }
  }

  /** Whether a difference is listed. */
  boolean lists(String api, String step, Difference difference) {
    return find(api, step, difference, false);
  }

  /** Marks the rows that list a difference as rows that have a meaning. */
  void occurred(String api, String step, Difference difference) {
    find(api, step, difference, true);
  }

  private boolean find(String api, String step, Difference difference, boolean mark) {
    boolean found = false;
    for (Row row : rows) {
      if (row.matches(api, step, difference.path(), difference.kafka(), difference.millrace())) {
        found = true;
        row.occurred |= mark;
      }
    }
    return found;
  }

  /** The rows whose difference has not occurred, unless it occurs only sometimes. */
  List<String> idle() {
    return rows.stream()
        .filter(row -> !row.occurred && !row.text.contains("| Sometimes"))
        .map(row -> row.text)
        .toList();
  }
}
