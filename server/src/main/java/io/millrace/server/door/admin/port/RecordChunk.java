package io.millrace.server.door.admin.port;

import io.millrace.server.partition.AbortedBatches;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Whole batches read from a partition, below its last stable offset: it is decided of each whether
 * its records count.
 *
 * @param topicId the destination's lasting id
 * @param startOffset the first offset that can be read in this partition
 * @param endOffset the partition's last stable offset
 * @param batches v2 record batches, the first of which may begin below the offset asked for; empty
 *     at the end
 * @param aborted which of the batches belong to aborted transactions
 */
public record RecordChunk(
    UUID topicId, long startOffset, long endOffset, ByteBuffer batches, AbortedBatches aborted) {}
