package io.millrace.server.tx;

import io.millrace.log.LogId;
import java.nio.ByteBuffer;

/**
 * A batch that a transaction adds to a partition.
 *
 * @param log the partition
 * @param batch one whole record batch; the coordinator stamps producer and sequence into a copy
 */
public record TxSend(LogId log, ByteBuffer batch) {}
