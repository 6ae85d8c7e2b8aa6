package io.millrace.server.group;

/** How long the names of share groups and their members may be. */
final class ShareLimits {
  /** Characters of the id of a group. */
  static final int GROUP_ID = 1_000;

  /** Characters of the id of a member. */
  static final int MEMBER_ID = 1_000;

  private ShareLimits() {}
}
