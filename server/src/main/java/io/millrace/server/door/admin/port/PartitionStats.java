package io.millrace.server.door.admin.port;

/**
 * One partition's log as it is now.
 *
 * @param startOffset the first offset that can be read
 * @param endOffset the offset after the last durable record
 * @param sizeBytes bytes of all batches kept
 */
public record PartitionStats(int partition, long startOffset, long endOffset, long sizeBytes) {}
