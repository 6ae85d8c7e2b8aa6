package io.millrace.log;

/**
 * A transaction whose records in a log do not count (KIP-98).
 *
 * @param firstOffset of its first record in this log
 * @param lastOffset of the control record that ended it
 */
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset) {}
