package io.millrace.server.producer;

/**
 * How Kafka transactions behave. Immutable; validated when built. Kafka's defaults where it has
 * one.
 *
 * @param maxTimeoutMs the longest time that a producer may ask for its transactions, in
 *     milliseconds
 * @param idExpirationMs how long a transactional id that is not used is remembered, in milliseconds
 * @param expiryCheckMs pause between two looks for such ids, in milliseconds
 * @param retryMs pause before a participant that could not be reached is tried again, in
 *     milliseconds
 * @param patienceMs how long a request waits for a transaction to end before its client is told to
 *     try again, in milliseconds; below the time after which clients give a request up
 * @param maxIds transactional ids that one shard remembers
 */
public record ProducerConfig(
    int maxTimeoutMs,
    long idExpirationMs,
    long expiryCheckMs,
    long retryMs,
    long patienceMs,
    int maxIds) {

  public static final ProducerConfig DEFAULT =
      new ProducerConfig(900_000, 7L * 24 * 3600 * 1000, 10 * 60 * 1000, 200, 10_000, 200_000);

  public ProducerConfig {
    if (maxTimeoutMs < 1 || idExpirationMs < 1 || expiryCheckMs < 1) {
      throw new IllegalArgumentException("times of transactions are positive");
    }
    if (retryMs < 1 || patienceMs < 1 || maxIds < 1) {
      throw new IllegalArgumentException("pauses and limits of transactions are positive");
    }
  }

  public ProducerConfig withIdExpiration(long expirationMs, long checkMs) {
    return new ProducerConfig(maxTimeoutMs, expirationMs, checkMs, retryMs, patienceMs, maxIds);
  }

  public ProducerConfig withMaxIds(int ids) {
    return new ProducerConfig(
        maxTimeoutMs, idExpirationMs, expiryCheckMs, retryMs, patienceMs, ids);
  }
}
