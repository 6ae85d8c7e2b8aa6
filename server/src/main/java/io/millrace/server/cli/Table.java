package io.millrace.server.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows under headings, in columns as wide as what is in them. */
final class Table {
  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    this.headings = List.of(headings);
  }

  Table row(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(String.valueOf(cell));
    }
    rows.add(row);
    return this;
  }

  void print(PrintWriter out) {
    int[] widths = new int[headings.size()];
    boolean[] numbers = new boolean[headings.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = headings.get(column).length();
      numbers[column] = !rows.isEmpty();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], row.get(column).length());
        numbers[column] &= row.get(column).matches("[-0-9.,]*|[0-9.]+ [KMGT]?B");
      }
    }
    print(out, headings, widths, numbers);
    rows.forEach(row -> print(out, row, widths, numbers));
  }

  private static void print(PrintWriter out, List<String> cells, int[] widths, boolean[] numbers) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(widths[column] - cell.length());
      line.append(numbers[column] ? padding + cell : cell + padding).append("  ");
    }
    out.println(line.toString().stripTrailing());
  }
}
