package io.millrace.server.door.admin.port;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Whole batches read from a partition.
 *
 * @param topicId the destination's lasting id
 * @param startOffset the first offset that can be read in this partition
 * @param endOffset the offset after its last durable record
 * @param batches v2 record batches, the first of which may begin below the offset asked for; empty
 *     at the end
 */
public record RecordChunk(UUID topicId, long startOffset, long endOffset, ByteBuffer batches) {}
