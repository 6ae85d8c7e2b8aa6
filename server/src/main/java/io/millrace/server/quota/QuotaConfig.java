package io.millrace.server.quota;

/**
 * Over which time rates are measured. Immutable; validated when built.
 *
 * @param samples how many pieces of time are remembered; 2 to 100
 * @param sampleMs how long each is, in milliseconds; 10 ms to 1 hour
 */
public record QuotaConfig(int samples, long sampleMs) {
  /** Kafka's: eleven pieces of a second. */
  public static final QuotaConfig DEFAULT = new QuotaConfig(11, 1_000);

  /**
   * No client is made to wait longer behind one request, whatever that was: nothing is heard of a
   * connection that is not read from, not even that it was closed.
   */
  private static final long MAX_THROTTLE_MS = 60_000;

  private static final long MAX_CONNECTION_DELAY_MS = 10_000;

  public QuotaConfig {
    if (samples < 2 || samples > 100) {
      throw new IllegalArgumentException("2 to 100 samples: " + samples);
    }
    if (sampleMs < 10 || sampleMs > 3_600_000) {
      throw new IllegalArgumentException("a sample is of 10 ms to 1 hour: " + sampleMs);
    }
  }

  long windowMs() {
    return samples * sampleMs;
  }

  /** The longest wait, in milliseconds. That for the time of requests is Kafka's: one sample. */
  long maxThrottleMs(QuotaKey key) {
    return switch (key) {
      case REQUEST_PERCENTAGE -> sampleMs;
      case CONNECTION_CREATION_RATE -> Math.min(windowMs(), MAX_CONNECTION_DELAY_MS);
      case PRODUCER_BYTE_RATE, CONSUMER_BYTE_RATE, CONTROLLER_MUTATION_RATE -> MAX_THROTTLE_MS;
    };
  }
}
