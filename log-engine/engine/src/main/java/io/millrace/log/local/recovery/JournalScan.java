package io.millrace.log.local.recovery;

import io.millrace.log.LogId;
import io.millrace.log.local.journal.ClosedFile;
import io.millrace.log.local.journal.JournalSlot;
import java.util.List;
import java.util.Map;

/**
 * What {@link ScanJournal} found.
 *
 * @param files with entries that are needed, oldest first
 * @param free the other files
 * @param lastSequence of the newest file; entries written from now on must have a higher one
 * @param lastEnd where the newest file's entries end; 0 when there is none
 * @param entryCount of all files
 * @param traces by log
 */
record JournalScan(
    List<ClosedFile> files,
    List<JournalSlot> free,
    long lastSequence,
    long lastEnd,
    long entryCount,
    Map<LogId, LogTrace> traces) {}
