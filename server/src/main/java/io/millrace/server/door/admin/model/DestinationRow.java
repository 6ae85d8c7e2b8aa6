package io.millrace.server.door.admin.model;

import org.jspecify.annotations.Nullable;

/**
 * A queue or topic in the list.
 *
 * @param kind queue, topic, temporary-queue or temporary-topic
 * @param depth messages that wait in the queue; null where nobody ever used it as a queue
 * @param inFlight messages at consumers of the queue, not settled yet
 * @param rateIn messages appended per second, over the last five seconds
 * @param rateOut messages delivered per second, over the last five seconds
 * @param stored messages kept in the log, settled or not
 * @param startOffset the first offset kept (of several partitions: the smallest)
 * @param endOffset the offset that comes next (of several partitions: the greatest)
 * @param durability fsync, os or memory
 */
public record DestinationRow(
    String name,
    String kind,
    int partitions,
    @Nullable Long depth,
    long inFlight,
    int consumers,
    double rateIn,
    double rateOut,
    long stored,
    long sizeBytes,
    long startOffset,
    long endOffset,
    String durability) {}
