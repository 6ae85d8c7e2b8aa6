package io.millrace.server.security.user;

import io.millrace.server.shard.Aggregate;
import io.millrace.server.shard.Decision;
import io.millrace.server.shard.RecordType;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shard;
import io.millrace.server.shard.StateMachine;
import io.millrace.server.shard.StateRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides which users there are and what their credentials are. What it decided is shown in the
 * {@link UserView} when it is durable. The thread of shard 0.
 */
public final class Users implements StateMachine {
  /** About 1 KiB each. */
  static final int MAX_USERS = 20_000;

  private final Shard<?> shard;
  private final UserView view;
  private final Map<String, Entry> byName = new HashMap<>();

  /**
   * Nobody yet.
   *
   * @param view outlives this object
   */
  public Users(Shard<?> shard, UserView view) {
    this.shard = shard;
    this.view = view;
  }

  /** A user's place in the sweep; gone when the user is. */
  private final class Entry implements Aggregate {
    private User user;

    Entry(User user) {
      this.user = user;
    }

    @Override
    public boolean live() {
      return byName.get(user.name()) == this;
    }

    @Override
    public void snapshot(Consumer<StateRecord> out) {
      out.accept(new UserRecord(user));
    }
  }

  /**
   * Changes one user, as a whole or not at all. Fails with {@link UserException}. A user without
   * credentials is none: taking the last one away deletes the user.
   */
  public void change(UserChange change, Reply<Optional<User>> reply) {
    shard.decide(
        () -> {
          Optional<User> after = decide(change);
          StateRecord record =
              after.isPresent()
                  ? new UserRecord(after.get())
                  : new UserDeletedRecord(change.name());
          return Decision.of(record, after);
        },
        new Reply<Optional<User>>() {
          @Override
          public void ok(Optional<User> after) {
            after.ifPresentOrElse(view::put, () -> view.remove(change.name()));
            reply.ok(after);
          }

          @Override
          public void fail(RuntimeException error) {
            reply.fail(error);
          }
        });
  }

  private Optional<User> decide(UserChange change) {
    User before = find(change.name());
    if (before != null && change.condition() == UserChange.Condition.NEW) {
      throw new UserException(
          UserException.Reason.EXISTS, "there is already a user named " + change.name());
    }
    if (before == null && change.condition() == UserChange.Condition.KNOWN) {
      throw unknown(change.name());
    }
    for (ScramMechanism mechanism : change.deletions()) {
      if (before == null || before.credential(mechanism) == null) {
        throw unknown(change.name());
      }
    }
    if (before == null && byName.size() >= MAX_USERS) {
      throw new UserException(
          UserException.Reason.LIMIT_REACHED, "there are " + MAX_USERS + " users already");
    }
    return User.changed(before, change);
  }

  private static UserException unknown(String name) {
    return new UserException(
        UserException.Reason.UNKNOWN, "there is no such credential of a user named " + name);
  }

  private @Nullable User find(String name) {
    Entry entry = byName.get(name);
    return entry == null ? null : entry.user;
  }

  // ---- state

  @Override
  public List<RecordType> recordTypes() {
    return List.of(UserRecord.TYPE, UserDeletedRecord.TYPE);
  }

  @Override
  public void replay(StateRecord record) {
    if (record instanceof UserRecord put) {
      Entry known = byName.get(put.user().name());
      if (known == null) {
        byName.put(put.user().name(), new Entry(put.user()));
      } else {
        known.user = put.user();
      }
    } else if (record instanceof UserDeletedRecord deleted) {
      byName.remove(deleted.name());
    } else {
      throw new IllegalArgumentException("not a record of users: " + record);
    }
  }

  @Override
  public Collection<? extends Aggregate> aggregates() {
    return byName.values();
  }

  @Override
  public void onRecovered() {
    view.reset(byName.values().stream().map(entry -> entry.user).toList());
  }
}
