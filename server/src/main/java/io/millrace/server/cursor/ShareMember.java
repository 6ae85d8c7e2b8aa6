package io.millrace.server.cursor;

/**
 * A member of a share group, for as long as its share session lasts.
 *
 * @param key names the session
 * @param groupId its group
 * @param settings what its group is set to now
 * @param recorded whether the group's cursor outlives the process, as the topic's records do
 */
public record ShareMember(
    ConsumerKey key, String groupId, ShareSettings settings, boolean recorded) {}
