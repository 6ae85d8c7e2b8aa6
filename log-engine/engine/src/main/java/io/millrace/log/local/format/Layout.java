package io.millrace.log.local.format;

import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a fixed part of a file, in order and without gaps. Writers and readers take the
 * places of fields from it, and so does the test that reads the documentation.
 */
public final class Layout {

  /** A field: its name, where it begins and how many bytes it has. */
  public record Field(String name, int offset, int size) {}

  private final String name;
  private final List<Field> fields = new ArrayList<>();
  private int size;

  private Layout(String name) {
    this.name = name;
  }

  /** Begins a layout; {@code name} is the heading above its table in the documentation. */
  static Layout named(String name) {
    return new Layout(name);
  }

  /** Adds a field behind the others. Returns where it begins. */
  int add(String field, int bytes) {
    int offset = size;
    fields.add(new Field(field, offset, bytes));
    size += bytes;
    return offset;
  }

  public String name() {
    return name;
  }

  public List<Field> fields() {
    return List.copyOf(fields);
  }

  /** Bytes of all fields. */
  public int size() {
    return size;
  }
}
