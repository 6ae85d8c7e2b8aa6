package io.millrace.log.local.journal;

import io.millrace.log.file.StoreFile;

/**
 * A file of the journal, whatever it holds now. Its name says nothing: the sequence number of its
 * contents is in its header.
 */
public record JournalSlot(String path, StoreFile file, long capacity) {}
