package io.millrace.server.door.admin.adapter;

import io.millrace.server.broker.Security;
import io.millrace.server.door.admin.port.RefusedException;
import io.millrace.server.door.admin.port.RefusedException.Reason;
import io.millrace.server.door.admin.port.UserSummary;
import io.millrace.server.security.user.ScramCredential;
import io.millrace.server.security.user.ScramMechanism;
import io.millrace.server.security.user.User;
import io.millrace.server.security.user.UserChange;
import io.millrace.server.security.user.UserException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Users, in the admin door's words. Any thread. */
final class UsersAdapter {
  private final Security security;
  private final Function<String, List<ScramCredential>> credentials;
  private final Executor executor;

  /**
   * @param credentials makes those of a password, which takes its time
   */
  UsersAdapter(
      Security security, Function<String, List<ScramCredential>> credentials, Executor executor) {
    this.security = security;
    this.credentials = credentials;
    this.executor = executor;
  }

  Collection<UserSummary> all() {
    return security.users().all().stream().map(UsersAdapter::summary).toList();
  }

  private static UserSummary summary(User user) {
    return new UserSummary(
        user.name(),
        Arrays.stream(ScramMechanism.values())
            .filter(mechanism -> user.credential(mechanism) != null)
            .map(ScramMechanism::mechanism)
            .toList());
  }

  CompletionStage<UserSummary> set(String name, String password, UserChange.Condition condition) {
    return CompletableFuture.supplyAsync(
            () ->
                asked(
                    () -> new UserChange(name, condition, credentials.apply(password), List.of())),
            executor)
        .thenCompose(this::change)
        .thenApply(user -> summary(user.orElseThrow()));
  }

  CompletionStage<Void> delete(String name) {
    User known = security.users().find(name);
    if (known == null) {
      return CompletableFuture.failedFuture(
          new RefusedException(Reason.NOT_FOUND, "There is no user '" + name + "'."));
    }
    UserChange change =
        new UserChange(
            name, UserChange.Condition.KNOWN, List.of(), List.copyOf(known.credentials().keySet()));
    return change(change).thenAccept(gone -> {});
  }

  private CompletionStage<Optional<User>> change(UserChange change) {
    return Futures.ask(reply -> security.changeUser(change, reply));
  }

  private static UserChange asked(Supplier<UserChange> maker) {
    try {
      return maker.get();
    } catch (UserException e) {
      throw Futures.translate(e);
    }
  }
}
