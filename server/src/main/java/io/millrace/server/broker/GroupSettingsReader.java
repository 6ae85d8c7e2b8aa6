package io.millrace.server.broker;

import io.millrace.server.cursor.ShareSettings;
import io.millrace.server.group.GroupConfig;
import io.millrace.server.group.GroupTimes;
import io.millrace.server.group.settings.GroupSettingKeys;
import io.millrace.server.group.settings.GroupSettingsView;

/** What the settings of single groups come to for those who act by them. Any thread. */
final class GroupSettingsReader implements GroupTimes {
  private final GroupSettingsView settings;

  GroupSettingsReader(GroupSettingsView settings) {
    this.settings = settings;
  }

  /** The defaults and bounds of settings of groups. */
  static GroupSettingKeys keys(GroupConfig config) {
    ShareSettings share = ShareSettings.DEFAULT;
    return new GroupSettingKeys(
        new GroupSettingKeys.Defaults(
            config.minSessionTimeoutMs(),
            config.maxSessionTimeoutMs(),
            config.consumer().sessionTimeoutMs(),
            config.consumer().heartbeatIntervalMs(),
            config.share().sessionTimeoutMs(),
            config.share().heartbeatIntervalMs(),
            share.lockMs(),
            share.maxAttempts(),
            share.maxLocks()));
  }

  @Override
  public Times ofConsumers(String groupId) {
    return times(groupId, GroupSettingKeys.CONSUMER_SESSION, GroupSettingKeys.CONSUMER_HEARTBEAT);
  }

  @Override
  public Times ofShare(String groupId) {
    return times(groupId, GroupSettingKeys.SHARE_SESSION, GroupSettingKeys.SHARE_HEARTBEAT);
  }

  private Times times(String groupId, String session, String heartbeat) {
    int sessionMs = settings.intValue(groupId, session);
    // The server's defaults may be others than when the group's settings were made.
    return new Times(sessionMs, Math.min(settings.intValue(groupId, heartbeat), sessionMs - 1));
  }

  /** How a share group consumes. */
  ShareSettings share(String groupId) {
    String reset = settings.value(groupId, GroupSettingKeys.OFFSET_RESET);
    boolean byDuration = reset.startsWith(GroupSettingKeys.BY_DURATION);
    return new ShareSettings(
        settings.intValue(groupId, GroupSettingKeys.LOCK_DURATION),
        settings.intValue(groupId, GroupSettingKeys.DELIVERY_COUNT),
        settings.intValue(groupId, GroupSettingKeys.MAX_LOCKS),
        start(reset, byDuration),
        byDuration ? GroupSettingKeys.durationMs(reset) : 0,
        settings.value(groupId, GroupSettingKeys.ISOLATION).equals(GroupSettingKeys.READ_COMMITTED),
        settings.isTrue(groupId, GroupSettingKeys.RENEW),
        settings.isTrue(groupId, GroupSettingKeys.QUEUE_CURSOR),
        settings.value(groupId, GroupSettingKeys.DEAD_LETTER_TOPIC));
  }

  private static ShareSettings.Start start(String reset, boolean byDuration) {
    if (byDuration) {
      return ShareSettings.Start.DURATION;
    }
    return reset.equals(GroupSettingKeys.EARLIEST)
        ? ShareSettings.Start.EARLIEST
        : ShareSettings.Start.LATEST;
  }
}
