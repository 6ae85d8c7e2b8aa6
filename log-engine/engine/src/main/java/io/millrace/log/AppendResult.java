package io.millrace.log;

/**
 * Where a batch went.
 *
 * @param baseOffset offset of the first record; -1 for a duplicate older than the remembered window
 * @param nextOffset the batch is durable when {@link Log#durableOffset} has reached this
 * @param logAppendTimeMs the time written into the batch, or -1
 * @param duplicate the producer had sent it before: nothing was appended
 */
public record AppendResult(
    long baseOffset, long nextOffset, long logAppendTimeMs, boolean duplicate) {}
