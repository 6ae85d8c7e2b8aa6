package io.millrace.server.group;

/**
 * How often the members of single groups must be heard of, by the groups' own settings where they
 * have any. Any thread.
 */
public interface GroupTimes {

  /**
   * Times of a group.
   *
   * @param sessionTimeoutMs how long a member may stay silent, in milliseconds
   * @param heartbeatIntervalMs how often it is told to send heartbeats, in milliseconds
   */
  record Times(int sessionTimeoutMs, int heartbeatIntervalMs) {}

  /** Of a group of the new protocol (KIP-848). */
  Times ofConsumers(String groupId);

  /** Of a share group (KIP-932). */
  Times ofShare(String groupId);
}
