package io.millrace.server.tx;

import io.millrace.server.cursor.ConsumerKey;
import io.millrace.server.cursor.CursorKey;
import io.millrace.server.cursor.OffsetRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages that a transaction consumes.
 *
 * @param cursor whose messages they are
 * @param consumer to whom they were delivered; null for a cursor that moves its own dead letters
 * @param runs which ones
 */
public record TxAck(CursorKey cursor, @Nullable ConsumerKey consumer, List<OffsetRun> runs) {}
