package io.millrace.server.catalog;

/** Which names topics and queues may have: Kafka's rules, since every topic is a Kafka topic. */
public final class TopicNames {
  private static final int MAX_LENGTH = 249;

  private TopicNames() {}

  /**
   * Checks a name.
   *
   * @throws CatalogException {@link CatalogException.Reason#INVALID_NAME}, saying what is wrong
   */
  public static void check(String name) {
    if (name.isEmpty()) {
      throw invalid("the name is empty");
    }
    if (name.equals(".") || name.equals("..")) {
      throw invalid("'" + name + "' cannot be a name");
    }
    if (name.length() > MAX_LENGTH) {
      throw invalid("the name has " + name.length() + " characters; " + MAX_LENGTH + " may be");
    }
    for (int at = 0; at < name.length(); at++) {
      if (!isLegal(name.charAt(at))) {
        throw invalid(
            "the name '"
                + name
                + "' has an illegal character at "
                + at
                + "; letters and digits of ASCII, '.', '_' and '-' may be");
      }
    }
  }

  private static boolean isLegal(char next) {
    return (next >= 'a' && next <= 'z')
        || (next >= 'A' && next <= 'Z')
        || (next >= '0' && next <= '9')
        || next == '.'
        || next == '_'
        || next == '-';
  }

  private static CatalogException invalid(String message) {
    return new CatalogException(CatalogException.Reason.INVALID_NAME, message);
  }
}
