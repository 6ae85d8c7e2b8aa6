package io.millrace.server.cursor;

import io.millrace.server.shard.StateRecord;

/** A decision about one part of a cursor. */
sealed interface CursorRecord extends StateRecord
    permits CursorCreated,
        CursorSettled,
        CursorCounted,
        CursorSnapshot,
        CursorRemoved,
        CursorHolder,
        CursorMoved,
        CursorReached {
  CursorKey key();
}
