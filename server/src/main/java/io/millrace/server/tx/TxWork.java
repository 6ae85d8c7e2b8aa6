package io.millrace.server.tx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a transaction does.
 *
 * @param key whose it is; null for the server's own, which nobody asks about later
 * @param sends in order
 * @param acks in any order
 */
public record TxWork(@Nullable TxKey key, List<TxSend> sends, List<TxAck> acks) {}
