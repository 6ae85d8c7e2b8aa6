package io.millrace.server.door.jms;

import io.millrace.jms.wire.ErrorCode;
import io.millrace.jms.wire.Hello;
import io.millrace.server.security.user.LoginException;
import io.millrace.server.security.user.LoginOptions;
import io.millrace.server.security.user.Logins;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who a connection is, by its HELLO or by the certificate that its socket has shown.
 * Begins and ends on the socket's event loop.
 */
final class Greeting {
  private static final String MECHANISM = "password";

  private final JmsSocket socket;
  private final JmsConnection connection;
  private final Logins logins;

  Greeting(JmsSocket socket, JmsConnection connection, Logins logins) {
    this.socket = socket;
    this.connection = connection;
    this.logins = logins;
  }

  /**
   * @param in told who it is, null for nobody, if it may come in
   */
  void greet(Hello hello, Consumer<@Nullable String> in) {
    LoginOptions options = logins.options();
    String user = hello.user();
    String certified = socket.certifiedName();
    if (!options.enabled()) {
      in.accept(certified);
    } else if (user != null && !user.isEmpty()) {
      check(hello, user, in);
    } else if (options.required() && certified == null) {
      refuse(
          hello,
          new RefusedException(
              ErrorCode.AUTHENTICATION,
              "this server asks for a user name and a password: give them to the method that"
                  + " creates the connection, or as options of the URI"));
    } else {
      in.accept(certified);
    }
  }

  private void check(Hello hello, String user, Consumer<@Nullable String> in) {
    String password = hello.password();
    logins.check(
        user,
        password == null ? "" : password,
        error -> socket.execute(() -> checked(hello, user, error, in)));
  }

  private void checked(
      Hello hello, String user, @Nullable LoginException error, Consumer<@Nullable String> in) {
    if (connection.hasEnded()) {
      return; // while the password was looked at
    }
    if (error == null) {
      logins.metrics().succeeded("jms", MECHANISM);
      in.accept(user);
      return;
    }
    logins.metrics().failed("jms", MECHANISM, error.reason());
    boolean busy = error.reason() == LoginException.Reason.BUSY;
    RefusedException refusal =
        new RefusedException(
            busy ? ErrorCode.UNAVAILABLE : ErrorCode.AUTHENTICATION,
            String.valueOf(error.getMessage()));
    // Late, so that guessing takes its time.
    var unused =
        socket.timers().after(logins.options().failureDelayMs(), () -> refuse(hello, refusal));
  }

  private void refuse(Hello hello, RefusedException refusal) {
    if (!connection.hasEnded()) {
      connection.fail(hello.requestId(), refusal, 0);
      connection.close();
      socket.loginFailed();
    }
  }
}
