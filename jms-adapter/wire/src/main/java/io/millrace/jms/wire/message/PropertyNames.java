package io.millrace.jms.wire.message;

import java.util.Locale;
import java.util.Set;

/**
 * What a property may be called: an identifier of the selector's language (Jakarta Messaging 3.1,
 * 3.8.1.1).
 */
public final class PropertyNames {
  private static final Set<String> RESERVED =
      Set.of("NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE");

  private PropertyNames() {}

  /** True for a Java identifier that is no reserved word of the selector's language. */
  public static boolean isValid(String name) {
    if (name.isEmpty() || !Character.isJavaIdentifierStart(name.charAt(0))) {
      return false;
    }
    for (int i = 1; i < name.length(); i++) {
      if (!Character.isJavaIdentifierPart(name.charAt(i))) {
        return false;
      }
    }
    return name.length() > 7 || !RESERVED.contains(name.toUpperCase(Locale.ROOT));
  }
}
