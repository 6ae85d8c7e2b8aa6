package io.millrace.server.broker;

import io.millrace.server.quota.QuotaChange;
import io.millrace.server.quota.QuotaException;
import io.millrace.server.quota.QuotaView;
import io.millrace.server.quota.Quotas;
import io.millrace.server.security.acl.AclRule;
import io.millrace.server.security.acl.AclView;
import io.millrace.server.security.acl.Acls;
import io.millrace.server.security.user.User;
import io.millrace.server.security.user.UserChange;
import io.millrace.server.security.user.UserView;
import io.millrace.server.security.user.Users;
import io.millrace.server.shard.Reply;
import io.millrace.server.shard.Shards;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Users, access rules and quotas, which live on shard 0. Any thread; answers come on its thread.
 */
public final class Security {
  private final Shards shards;
  private final UserView users;
  private final AclView acls;
  private final QuotaView quotas;

  Security(Shards shards, UserView users, AclView acls, QuotaView quotas) {
    this.quotas = quotas;
    this.shards = shards;
    this.users = users;
    this.acls = acls;
  }

  /** The users that there are. */
  public UserView users() {
    return users;
  }

  /** The rules that there are. */
  public AclView acls() {
    return acls;
  }

  /** The quotas that there are. */
  public QuotaView quotas() {
    return quotas;
  }

  /**
   * Changes quotas, each entity's as a whole or not at all. Answers when that is durable, with what
   * stood against each change, in their order.
   *
   * @param changes no entity twice
   * @param validateOnly only checks
   */
  public void alterQuotas(
      List<QuotaChange> changes,
      boolean validateOnly,
      Reply<List<Optional<QuotaException>>> reply) {
    shards
        .first()
        .handle(
            state -> {
              Quotas machine = state.get(Quotas.class);
              if (validateOnly) {
                reply.ok(machine.validate(changes));
              } else {
                machine.alter(changes, reply);
              }
            },
            reply);
  }

  /**
   * Changes a user. Answers when that is durable, with the user as it is then; fails with {@link
   * io.millrace.server.security.user.UserException}.
   */
  public void changeUser(UserChange change, Reply<Optional<User>> reply) {
    shards.first().handle(state -> state.get(Users.class).change(change, reply), reply);
  }

  /**
   * Adds rules, all or none. Answers when that is durable, with those that are new; fails with
   * {@link io.millrace.server.security.acl.AclException}.
   */
  public void createAcls(Collection<AclRule> rules, Reply<List<AclRule>> reply) {
    shards.first().handle(state -> state.get(Acls.class).create(rules, reply), reply);
  }

  /** Takes rules away. Answers when that is durable, with those that were there. */
  public void deleteAcls(Collection<AclRule> rules, Reply<List<AclRule>> reply) {
    shards.first().handle(state -> state.get(Acls.class).delete(rules, reply), reply);
  }
}
