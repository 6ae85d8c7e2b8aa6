package io.millrace.server.door.admin.model;

import java.util.List;

/**
 * Messages of one partition, in order.
 *
 * @param startOffset the first offset kept
 * @param endOffset messages with lower offsets can be shown; the offset that the next message gets,
 *     or that of the first of an open Kafka transaction
 * @param nextOffset where the page after this one begins
 */
public record MessagePage(
    int partition, long startOffset, long endOffset, long nextOffset, List<Message> messages) {}
