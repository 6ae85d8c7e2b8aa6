package io.millrace.server.door.kafka.access;

import io.millrace.server.catalog.CatalogView;
import io.millrace.server.catalog.TopicConfigKeys;
import io.millrace.server.group.settings.GroupSettingKeys;
import io.millrace.server.security.acl.Grants;
import io.millrace.server.security.acl.Operation;
import io.millrace.server.security.acl.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * Before a setting that names a dead letter queue: the server writes there what its clients reject,
 * with its own rights, so that who names one must have the right to write to it. Any thread.
 */
final class DeadLetterGuard {
  private final CatalogView catalog;

  DeadLetterGuard(CatalogView catalog) {
    this.catalog = catalog;
  }

  /**
   * Whether a setting of a topic or a group may have this value, as far as it is about dead
   * letters.
   */
  boolean mayBeSet(Grants grants, String key, @Nullable String value) {
    boolean isAboutIt =
        key.equals(TopicConfigKeys.DEAD_LETTER_QUEUE)
            || key.equals(GroupSettingKeys.DEAD_LETTER_TOPIC);
    if (!isAboutIt || value == null || value.isEmpty()) {
      return true;
    }
    return grants.allows(Operation.WRITE, ResourceType.TOPIC, value)
        && (catalog.find(value) != null || Denials.mayCreate(grants, value));
  }
}
