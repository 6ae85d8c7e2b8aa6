package io.millrace.log.local.journal;

/**
 * A full journal file whose entries a checkpoint has not yet made superfluous.
 *
 * @param endPosition where its valid entries end
 */
public record ClosedFile(long sequence, JournalSlot slot, long endPosition) {}
