package io.millrace.log.local;

/** What waits in the journal's queue. */
sealed interface JournalWork permits Appended, LogChange {

  LogCore log();
}
