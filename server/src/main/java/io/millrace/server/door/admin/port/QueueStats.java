package io.millrace.server.door.admin.port;

/**
 * A queue's cursor as it is now.
 *
 * @param ready messages that wait for a consumer
 * @param inFlight messages at consumers, not settled yet
 */
public record QueueStats(long ready, long inFlight) {}
