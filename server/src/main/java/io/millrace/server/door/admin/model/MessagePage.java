package io.millrace.server.door.admin.model;

import java.util.List;

/**
 * Messages of one partition, in order.
 *
 * @param startOffset the first offset kept
 * @param endOffset the offset that the next message gets
 * @param nextOffset where the page after this one begins
 */
public record MessagePage(
    int partition, long startOffset, long endOffset, long nextOffset, List<Message> messages) {}
