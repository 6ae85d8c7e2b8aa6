package io.millrace.server.config;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether it is checked what Kafka and JMS clients may do.
 *
 * @param mode whether it is
 * @param superUsers names of those who may do everything, divided by semicolons
 * @param allowIfNoRule whether what no rule is about is open to everybody
 */
public record AclConfig(
    @Setting(
            value = "off",
            meaning =
                "Whether access rules say what Kafka and JMS clients may do: `off`, where everybody"
                    + " may do everything, or `on`.")
        Mode mode,
    @Setting(
            value = "",
            meaning =
                "Names of users who may do everything, divided by semicolons: of a login, or what"
                    + " `tls.principal-mapping` makes of a certificate. `User:` before a name, as"
                    + " Kafka's `super.users` has it, is allowed.")
        String superUsers,
    @Setting(
            value = "false",
            meaning =
                "Whether everybody may do everything with a resource that no rule is about, as with"
                    + " Kafka's `allow.everyone.if.no.acl.found`.")
        boolean allowIfNoRule) {

  private static final String USER = "User:";

  /** Whether rules are looked up. */
  public enum Mode {
    OFF,
    ON
  }

  /** The names of the super users. */
  public Set<String> superUserNames() {
    return Arrays.stream(superUsers.split(";", -1))
        .map(String::strip)
        .map(name -> name.startsWith(USER) ? name.substring(USER.length()) : name)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
