package io.millrace.jms.config;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;

/** Values of all options. Immutable; a change gives a new object. */
public final class ClientOptions implements Serializable {
  private static final long serialVersionUID = 1L;

  private final EnumMap<Option, String> values;

  private ClientOptions(EnumMap<Option, String> values) {
    this.values = values;
  }

  /** Every option at its default. */
  public static ClientOptions defaults() {
    return new ClientOptions(new EnumMap<>(Option.class));
  }

  /**
   * These options with one changed.
   *
   * @throws IllegalArgumentException if the value is not one of this option
   */
  public ClientOptions with(Option option, String value) {
    option.check(value);
    EnumMap<Option, String> changed = new EnumMap<>(values);
    changed.put(option, value);
    return new ClientOptions(changed);
  }

  /** The options that were set, with their values. */
  public Map<Option, String> explicit() {
    return new EnumMap<>(values);
  }

  /** The value as text. */
  public String text(Option option) {
    return values.getOrDefault(option, option.defaultValue());
  }

  /** The value of a number. */
  public long number(Option option) {
    return Long.parseLong(text(option));
  }

  /** The value of a number whose range is that of int. */
  public int integer(Option option) {
    return Math.toIntExact(number(option));
  }

  /** The value of a truth. */
  public boolean truth(Option option) {
    return Boolean.parseBoolean(text(option));
  }
}
