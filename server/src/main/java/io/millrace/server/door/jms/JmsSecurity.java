package io.millrace.server.door.jms;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.kernel.Randomness;
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
record JmsSecurity(Logins logins, @Nullable AccessControl control) {
  /** Nobody logs in, and everybody may do everything. */
  static final JmsSecurity OPEN =
      new JmsSecurity(
          new Logins(
              LoginOptions.OFF,
              new UserView(),
              new byte[1],
              Randomness.secure(),
              Runnable::run,
              new SimpleMeterRegistry()),
          null);

  /** What somebody may do; null is nobody. */
  Grants grants(@Nullable String user, String host) {
    AccessControl checked = control;
    return checked == null ? Grants.ALL : checked.grants(user, host);
  }
}
