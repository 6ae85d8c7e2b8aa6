package io.millrace.server.security.acl;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what principals may do, by the rules of an {@link AclView}. Any thread. */
public final class AccessControl {
  /** Whoever has not said who it is. */
  public static final String ANONYMOUS = "User:ANONYMOUS";

  private static final String USER = "User:";

  private final AclView view;
  private final Set<String> superUsers;
  private final boolean allowIfNoRule;
  private final Map<ResourceType, Counter> denials = new EnumMap<>(ResourceType.class);

  /**
   * @param superUsers principals that may do everything
   * @param allowIfNoRule whether everybody may do everything with a resource that no rule is about
   */
  public AccessControl(
      AclView view, Set<String> superUsers, boolean allowIfNoRule, MeterRegistry meters) {
    this.view = view;
    this.superUsers = Set.copyOf(superUsers);
    this.allowIfNoRule = allowIfNoRule;
    for (ResourceType type : ResourceType.values()) {
      denials.put(
          type,
          Counter.builder("millrace.acl.denied")
              .description("What clients asked for and may not do, by the type of resource")
              .tag("resource", type.name().toLowerCase(Locale.ROOT))
              .register(meters));
    }
  }

  /** The principal of a name; of nobody for null. */
  public static String principal(@Nullable String name) {
    return name == null ? ANONYMOUS : USER + name;
  }

  /**
   * What somebody may do.
   *
   * @param name who has logged in; null for nobody
   * @param host the address of the client
   */
  public Grants grants(@Nullable String name, String host) {
    String principal = principal(name);
    return new Grants(this, principal, host, superUsers.contains(principal));
  }

  int operations(Grants of, ResourceType type, String name) {
    return view.index()
        .operations(
            of.principal(), of.host(), type, name, allowIfNoRule ? Operation.EVERYTHING : 0);
  }

  boolean allowsAny(Grants of, ResourceType type, Operation operation) {
    return view.index().allowsAny(of.principal(), of.host(), type, operation, allowIfNoRule);
  }

  void denied(ResourceType type) {
    Counter counter = denials.get(type);
    if (counter != null) {
      counter.increment();
    }
  }
}
