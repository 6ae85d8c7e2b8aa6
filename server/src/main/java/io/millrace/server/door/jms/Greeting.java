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

  private record Login(Hello hello, String user, int size, Consumer<@Nullable String> in) {}

  private final JmsSocket socket;
  private final JmsConnection connection;
  private final Logins logins;

  Greeting(JmsSocket socket, JmsConnection connection, Logins logins) {
    this.socket = socket;
    this.connection = connection;
    this.logins = logins;
  }

  /**
   * @param size of the HELLO
   * @param in told who it is, null for nobody, if it may come in
   * @return whether that is found out later, and the HELLO counts until then
   */
  boolean greet(Hello hello, int size, Consumer<@Nullable String> in) {
    LoginOptions options = logins.options();
    String user = hello.user();
    String certified = socket.certifiedName();
    if (!options.enabled()) {
      in.accept(certified);
    } else if (user != null && !user.isEmpty()) {
      Login login = new Login(hello, user, size, in);
      socket.logIn(connection, size, () -> check(login));
      return true;
    } else if (options.required() && certified == null) {
      refuse(
          hello,
          new RefusedException(
              ErrorCode.AUTHENTICATION,
              "this server asks for a user name and a password: give them to the method that"
                  + " creates the connection, or as options of the URI"));
      socket.loginFailed();
    } else {
      in.accept(certified);
    }
    return false;
  }

  private void check(Login login) {
    String password = login.hello.password();
    logins.check(
        login.user,
        password == null ? "" : password,
        error -> socket.execute(() -> checked(login, error)));
  }

  private void checked(Login login, @Nullable LoginException error) {
    if (error == null) {
      try {
        comeIn(login);
      } finally {
        socket.loginEnded(login.size);
      }
      return;
    }
    logins.metrics().failed("jms", MECHANISM, error.reason());
    // Late, so that guessing takes its time.
    var unused =
        socket
            .timers()
            .after(
                logins.options().failureDelayMs(),
                () -> {
                  stayOut(login, error);
                  socket.loginEnded(login.size);
                });
  }

  private void comeIn(Login login) {
    if (!connection.hasEnded()) {
      logins.metrics().succeeded("jms", MECHANISM);
      socket.loginSucceeded();
      login.in.accept(login.user);
    }
  }

  private void stayOut(Login login, LoginException error) {
    boolean busy = error.reason() == LoginException.Reason.BUSY;
    refuse(
        login.hello,
        new RefusedException(
            busy ? ErrorCode.UNAVAILABLE : ErrorCode.AUTHENTICATION,
            String.valueOf(error.getMessage())));
    if (!busy) {
      socket.loginFailed();
    }
  }

  private void refuse(Hello hello, RefusedException refusal) {
    if (!connection.hasEnded()) {
      connection.fail(hello.requestId(), refusal, 0);
      connection.close();
    }
  }
}
