package io.millrace.server.broker;

import io.millrace.server.shard.StateReader;
import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a state record as the format's page writes them, for example {@code id uuid; names
 * list(name string; value string?)}. Reads values by nothing but that.
 */
final class FieldList {
  private final List<String> types = new ArrayList<>();
  private final List<FieldList> lists = new ArrayList<>();

  static FieldList parse(String text) {
    int[] at = {0};
    FieldList parsed = parse(text, at);
    if (at[0] != text.length()) {
      throw new IllegalArgumentException("unbalanced brackets: " + text);
    }
    return parsed;
  }

  private static FieldList parse(String text, int[] at) {
    FieldList fields = new FieldList();
    StringBuilder field = new StringBuilder();
    FieldList nested = null;
    while (at[0] < text.length()) {
      char next = text.charAt(at[0]++);
      if (next == '(') {
        nested = parse(text, at);
      } else if (next == ';' || next == ')') {
        fields.add(field.toString(), nested == null ? new FieldList() : nested);
        field.setLength(0);
        nested = null;
        if (next == ')') {
          return fields;
        }
      } else {
        field.append(next);
      }
    }
    fields.add(field.toString(), nested == null ? new FieldList() : nested);
    return fields;
  }

  private void add(String field, FieldList nested) {
    String[] parts = field.strip().split(" ");
    if (parts.length != 2) {
      throw new IllegalArgumentException("not 'name type': " + field);
    }
    types.add(parts[1]);
    lists.add(nested);
  }

  /** Reads one value for each field, in order. */
  void read(StateReader in) {
    for (int i = 0; i < types.size(); i++) {
      switch (types.get(i)) {
        case "int" -> in.getInt();
        case "long" -> in.getLong();
        case "bool", "byte" -> in.getByte();
        case "uuid" -> in.getUuid();
        case "string" -> in.getString();
        case "string?" -> in.getNullableString();
        case "bytes" -> in.getBytes();
        case "bytes?" -> in.getNullableBytes();
        case "list" -> {
          int count = in.getCount();
          for (int element = 0; element < count; element++) {
            lists.get(i).read(in);
          }
        }
        default -> throw new IllegalArgumentException("no such type: " + types.get(i));
      }
    }
  }
}
