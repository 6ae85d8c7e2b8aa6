package io.millrace.server.config;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns the text of a setting into its type. */
final class ConfigValues {
  private static final Pattern NUMBER = Pattern.compile("([-+]?[0-9][0-9_]*)\\s*([A-Za-z]*)");
  private static final Map<String, Long> BYTES =
      Map.of(
          "b", 1L, "k", 1L << 10, "kb", 1L << 10, "kib", 1L << 10, "m", 1L << 20, "mb", 1L << 20,
          "mib", 1L << 20, "g", 1L << 30, "gb", 1L << 30, "gib", 1L << 30);
  private static final Map<String, Long> MILLISECONDS =
      Map.of("ms", 1L, "s", 1000L, "min", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  private ConfigValues() {}

  /**
   * @throws IllegalArgumentException with a message that says what is expected
   */
  static Object parse(ConfigKey key, String text) {
    String value = text.strip();
    Class<?> type = key.type();
    if (type == String.class) {
      return value;
    }
    if (type == boolean.class) {
      return parseBoolean(value);
    }
    if (type.isEnum()) {
      return parseEnum(type, value);
    }
    long number = parseNumber(key, value);
    if (type == long.class) {
      return number;
    }
    if (type == int.class) {
      if (number != (int) number) {
        throw new IllegalArgumentException("does not fit into 32 bits");
      }
      return (int) number;
    }
    throw new IllegalStateException("no way to read " + type + " for " + key.name());
  }

  private static boolean parseBoolean(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> throw new IllegalArgumentException("expected true or false");
    };
  }

  private static Object parseEnum(Class<?> type, String value) {
    List<Object> constants = Arrays.asList(type.getEnumConstants());
    for (Object constant : constants) {
      if (constant.toString().equalsIgnoreCase(value)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "expected one of "
            + constants.stream()
                .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")));
  }

  private static long parseNumber(ConfigKey key, String value) {
    Matcher matcher = NUMBER.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(expectedNumber(key));
    }
    String suffix = matcher.group(2).toLowerCase(Locale.ROOT);
    Long factor = suffix.isEmpty() ? Long.valueOf(1) : suffixes(key).get(suffix);
    if (factor == null) {
      throw new IllegalArgumentException(expectedNumber(key));
    }
    try {
      return new BigDecimal(matcher.group(1).replace("_", ""))
          .multiply(BigDecimal.valueOf(factor))
          .longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("is too large a number", e);
    }
  }

  private static Map<String, Long> suffixes(ConfigKey key) {
    return switch (key.unit()) {
      case "bytes" -> BYTES;
      case "ms" -> MILLISECONDS;
      default -> Map.of();
    };
  }

  private static String expectedNumber(ConfigKey key) {
    return switch (key.unit()) {
      case "bytes" -> "expected a number of bytes such as 1048576, 1024k or 1m";
      case "ms" -> "expected milliseconds such as 30000, or 30s, 10min, 2h, 7d";
      default -> "expected a whole number";
    };
  }
}
