package io.millrace.server.cursor;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Messages for a consumer, out of one batch, in the order of their offsets.
 *
 * @param partition the partition
 * @param baseOffset what the records' offset deltas are relative to
 * @param baseTimestamp what the records' timestamp deltas are relative to, milliseconds since the
 *     epoch
 * @param appendTime whether every record has the base timestamp, the time of appending
 * @param first the offset of the first one
 * @param last the offset of the last one; there may be gaps between
 * @param count how many there are
 * @param deliveryCounts for each the number of its deliveries, this one included, as unsigned
 *     16-bit numbers; null when it is 1 for all
 * @param records their bytes as in the batch, uncompressed; shared, not to be written
 */
public record DeliveredRun(
    int partition,
    long baseOffset,
    long baseTimestamp,
    boolean appendTime,
    long first,
    long last,
    int count,
    @Nullable ByteBuffer deliveryCounts,
    ByteBuffer records) {}
