package io.millrace.server.security.acl;

import org.jspecify.annotations.Nullable;

/**
 * What one client may do now: each question is answered by the rules of this moment. Immutable; any
 * thread.
 */
public final class Grants {
  /** Of everybody, where nothing is checked. */
  public static final Grants ALL = new Grants(null, AccessControl.ANONYMOUS, "", true);

  private final @Nullable AccessControl control;
  private final String principal;
  private final String host;
  private final boolean everything;

  Grants(@Nullable AccessControl control, String principal, String host, boolean everything) {
    this.control = control;
    this.principal = principal;
    this.host = host;
    this.everything = everything;
  }

  /** As {@code User:alice}. */
  public String principal() {
    return principal;
  }

  String host() {
    return host;
  }

  /** Whether this is allowed; what is not is counted as refused. */
  public boolean allows(Operation operation, ResourceType type, String name) {
    if (sees(operation, type, name)) {
      return true;
    }
    AccessControl asked = control;
    if (asked != null) {
      asked.denied(type);
    }
    return false;
  }

  /** The same for what is left out of an answer instead of being refused. */
  public boolean sees(Operation operation, ResourceType type, String name) {
    return (operations(type, name) & operation.bit()) != 0;
  }

  /** Whether this is allowed with the cluster. */
  public boolean allows(Operation operation) {
    return allows(operation, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME);
  }

  /** What is allowed, as bits of {@link Operation#bit}. */
  public int operations(ResourceType type, String name) {
    AccessControl asked = control;
    return everything || asked == null ? Operation.EVERYTHING : asked.operations(this, type, name);
  }

  /** Whether this is allowed with any resource of a type, existing or not. */
  public boolean allowsAny(Operation operation, ResourceType type) {
    AccessControl asked = control;
    return everything || asked == null || asked.allowsAny(this, type, operation);
  }
}
