package io.millrace.server.security.acl;

/**
 * One rule: somebody may, or may not, do something. Immutable.
 *
 * @param prefixed whether {@code name} is the beginning of names; else it is a name, or {@value
 *     #ANY} for every name
 * @param principal a type and a name, as {@code User:alice}; {@code User:*} is everybody
 * @param host an address from which the rule holds, or {@value #ANY} for every one
 */
public record AclRule(
    ResourceType type,
    String name,
    boolean prefixed,
    String principal,
    String host,
    Operation operation,
    boolean allow) {
  public static final String ANY = "*";
  public static final String EVERYBODY = "User:*";

  private static final int MAX_TEXT = 1000;

  /**
   * @throws AclException when the texts cannot be those of a rule
   */
  public AclRule {
    check("name", name);
    check("principal", principal);
    check("host", host);
    int colon = principal.indexOf(':');
    if (colon < 1 || colon == principal.length() - 1) {
      throw new AclException("a principal is a type and a name, as User:alice, not " + principal);
    }
    if (type == ResourceType.CLUSTER
        && !name.equals(ResourceType.CLUSTER_NAME)
        && !name.equals(ANY)) {
      throw new AclException(
          "the only cluster is named " + ResourceType.CLUSTER_NAME + ", not " + name);
    }
  }

  private static void check(String what, String text) {
    if (text.isEmpty() || text.length() > MAX_TEXT) {
      throw new AclException(
          "the " + what + " of a rule has 1 to " + MAX_TEXT + " characters, not " + text.length());
    }
  }
}
