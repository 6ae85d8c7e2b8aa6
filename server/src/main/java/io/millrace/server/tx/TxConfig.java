package io.millrace.server.tx;

/**
 * How transactions behave. Immutable; validated when built.
 *
 * @param maxBytes bytes of messages that one transaction may send
 * @param applyBytes bytes of decided batches that are appended to a partition at once
 * @param retryMs pause before a participant that could not be reached is tried again, in
 *     milliseconds
 */
public record TxConfig(int maxBytes, int applyBytes, long retryMs) {
  public static final TxConfig DEFAULT = new TxConfig(64 << 20, 1 << 20, 500);

  public TxConfig {
    if (maxBytes < 1 || maxBytes > 192 << 20) {
      throw new IllegalArgumentException("maxBytes must be between 1 byte and 192 MiB");
    }
    if (applyBytes < 1 || retryMs < 1) {
      throw new IllegalArgumentException("applyBytes and retryMs must be positive");
    }
  }
}
