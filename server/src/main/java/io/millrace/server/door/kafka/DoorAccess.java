package io.millrace.server.door.kafka;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.Randomness;
import io.millrace.server.net.Connection;
import io.millrace.server.security.acl.AccessControl;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.user.LoginOptions;
import io.millrace.server.security.user.Logins;
import io.millrace.server.security.user.UserView;
import org.jspecify.annotations.Nullable;

/**
 * Who comes in by this door, and whether what it may do is checked. Any thread.
 *
 * @param control null where nothing is checked
 */
public record DoorAccess(Logins logins, @Nullable AccessControl control) {
  /** Nobody logs in, and everybody may do everything. */
  static final DoorAccess OPEN =
      new DoorAccess(
          new Logins(
              LoginOptions.OFF,
              new UserView(),
              new byte[1],
              Randomness.secure(),
              Runnable::run,
              new SimpleMeterRegistry()),
          null);

  /** Whether nothing is served to a client before it has logged in. */
  boolean mustLogIn(Connection connection) {
    return logins.options().required() && connection.principal().isEmpty();
  }

  /** What a client may do as whom it has proved to be. */
  Grants grants(Connection connection) {
    AccessControl checked = control;
    return checked == null
        ? Grants.ALL
        : checked.grants(connection.principal().orElse(null), connection.remoteHost());
  }

  /** Whether rules are looked up. */
  boolean isChecked() {
    return control != null;
  }
}
