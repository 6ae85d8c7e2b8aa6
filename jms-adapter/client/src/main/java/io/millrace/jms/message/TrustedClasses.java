package io.millrace.jms.message;

import java.io.ObjectInputFilter;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an ObjectMessage may contain: named classes and packages, and the JDK's plain value classes
 * that such objects are made of. An empty list refuses every object.
 */
public final class TrustedClasses {
  private static final String ALL_OF_PACKAGE = ".*";
  private static final long MAX_DEPTH = 100;
  private static final long MAX_REFERENCES = 1_000_000;
  private static final long MAX_ARRAY = 16 << 20;

  private final List<String> patterns;

  private TrustedClasses(List<String> patterns) {
    this.patterns = patterns;
  }

  /**
   * Reads the option {@code trustedClasses}: class names and {@code package.*}, separated by
   * commas; {@code *} trusts all.
   */
  public static TrustedClasses parse(String list) {
    return new TrustedClasses(
        Stream.of(list.split(",")).map(String::trim).filter(s -> !s.isEmpty()).toList());
  }

  boolean isEmpty() {
    return patterns.isEmpty();
  }

  /** The filter for reading one object. */
  ObjectInputFilter filter() {
    return info -> {
      if (info.depth() > MAX_DEPTH
          || info.references() > MAX_REFERENCES
          || info.arrayLength() > MAX_ARRAY) {
        return ObjectInputFilter.Status.REJECTED;
      }
      Class<?> type = info.serialClass();
      if (type == null) {
        return ObjectInputFilter.Status.UNDECIDED;
      }
      return isTrusted(type) ? ObjectInputFilter.Status.ALLOWED : ObjectInputFilter.Status.REJECTED;
    };
  }

  private boolean isTrusted(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    if (element.isPrimitive() || isPlainValue(element)) {
      return true;
    }
    String name = element.getName();
    for (String pattern : patterns) {
      boolean matches =
          pattern.equals("*")
              || pattern.equals(name)
              || (pattern.endsWith(ALL_OF_PACKAGE)
                  && name.startsWith(pattern.substring(0, pattern.length() - 1)));
      if (matches) {
        return true;
      }
    }
    return false;
  }

  /** Classes without behaviour of their own while they are read. */
  private static boolean isPlainValue(Class<?> type) {
    return type == String.class
        || type == Boolean.class
        || type == Character.class
        || (Number.class.isAssignableFrom(type) && type.getName().startsWith("java."))
        || type == Number.class
        || type == Enum.class
        || type == Object.class;
  }
}
