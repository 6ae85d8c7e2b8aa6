package io.millrace.server.security.user;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who can log in. Immutable.
 *
 * @param name without a type: {@code alice}, not {@code User:alice}
 * @param credentials by mechanism, at least one
 */
public record User(String name, Map<ScramMechanism, ScramCredential> credentials) {

  public User {
    credentials = Map.copyOf(credentials);
    if (name.isEmpty() || credentials.isEmpty()) {
      throw new IllegalArgumentException("a user has a name and a credential");
    }
  }

  public @Nullable ScramCredential credential(ScramMechanism mechanism) {
    return credentials.get(mechanism);
  }

  /** The credential by which a password is checked: the stronger one. */
  ScramCredential strongest() {
    ScramCredential sha512 = credentials.get(ScramMechanism.SHA_512);
    return sha512 != null ? sha512 : credentials.values().iterator().next();
  }

  /** The user after a change; empty when no credential is left. */
  static Optional<User> changed(@Nullable User before, UserChange change) {
    Map<ScramMechanism, ScramCredential> after = new EnumMap<>(ScramMechanism.class);
    if (before != null) {
      after.putAll(before.credentials());
    }
    change.deletions().forEach(after::remove);
    change.upserts().forEach(credential -> after.put(credential.mechanism(), credential));
    return after.isEmpty() ? Optional.empty() : Optional.of(new User(change.name(), after));
  }
}
