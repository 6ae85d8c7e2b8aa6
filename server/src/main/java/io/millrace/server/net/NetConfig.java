package io.millrace.server.net;

/**
 * How the listener behaves. Immutable; validated when built.
 *
 * @param host address to bind to
 * @param port 0 picks a free one
 * @param ioThreads threads that move bytes; 1 or more
 * @param maxConnections further connections are closed at once and counted
 * @param maxFrameBytes a larger request closes its connection before anything is allocated for it
 * @param maxFirstFrameBytes the same for the first request of a connection, of which nothing is
 *     known yet
 * @param maxRequestsInFlight requests of one connection that may be in the works; no more is read
 *     from it until one is answered
 * @param maxBytesInFlight sum of the sizes of these requests, in bytes; one request may exceed it
 * @param maxBytesInFlightTotal the same over all connections: half of it for requests of more than
 *     2 MiB, half for the others; one that is larger is admitted when there is no other
 * @param writeHighWaterBytes bytes waiting to be written to one connection at which reading from it
 *     stops until the peer has taken half of them
 * @param idleMs a connection without traffic and without a request in the works is closed after
 *     this time, and so is one whose peer takes nothing of what waits for it for as long, in
 *     milliseconds; 0 never
 * @param firstBytesMs a connection that has not said its protocol by then is closed, and so is one
 *     whose request stops half way for as long, in milliseconds
 * @param patienceMs while others wait for memory, a connection whose request has been arriving for
 *     longer than this is closed, in milliseconds
 * @param shutdownMs how long requests in the works may take to finish when the server stops, in
 *     milliseconds
 */
public record NetConfig(
    String host,
    int port,
    int ioThreads,
    int maxConnections,
    int maxFrameBytes,
    int maxFirstFrameBytes,
    int maxRequestsInFlight,
    long maxBytesInFlight,
    long maxBytesInFlightTotal,
    int writeHighWaterBytes,
    long idleMs,
    long firstBytesMs,
    long patienceMs,
    long shutdownMs) {

  private static final int MIB = 1 << 20;

  /** Loopback, a free port, and limits that fit a small machine. */
  public static final NetConfig DEFAULT =
      new NetConfig(
          "127.0.0.1",
          0,
          Math.max(1, Runtime.getRuntime().availableProcessors()),
          10_000,
          100 * MIB,
          2 * MIB,
          64,
          16L * MIB,
          Math.min(256L * MIB, Runtime.getRuntime().maxMemory() / 4),
          MIB,
          10 * 60_000,
          30_000,
          10_000,
          2_000);

  public NetConfig {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be between 0 and 65535: " + port);
    }
    requirePositive("ioThreads", ioThreads);
    requirePositive("maxConnections", maxConnections);
    requirePositive("maxFrameBytes", maxFrameBytes);
    requirePositive("maxFirstFrameBytes", maxFirstFrameBytes);
    requirePositive("maxRequestsInFlight", maxRequestsInFlight);
    requirePositive("maxBytesInFlight", maxBytesInFlight);
    requirePositive("maxBytesInFlightTotal", maxBytesInFlightTotal);
    requirePositive("writeHighWaterBytes", writeHighWaterBytes);
    requirePositive("firstBytesMs", firstBytesMs);
    requirePositive("patienceMs", patienceMs);
    if (idleMs < 0 || shutdownMs < 0) {
      throw new IllegalArgumentException("times must not be negative");
    }
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive: " + value);
    }
  }

  public NetConfig withAddress(String otherHost, int otherPort) {
    return new NetConfig(
        otherHost,
        otherPort,
        ioThreads,
        maxConnections,
        maxFrameBytes,
        maxFirstFrameBytes,
        maxRequestsInFlight,
        maxBytesInFlight,
        maxBytesInFlightTotal,
        writeHighWaterBytes,
        idleMs,
        firstBytesMs,
        patienceMs,
        shutdownMs);
  }

  public NetConfig withMaxConnections(int connections) {
    return new NetConfig(
        host,
        port,
        ioThreads,
        connections,
        maxFrameBytes,
        maxFirstFrameBytes,
        maxRequestsInFlight,
        maxBytesInFlight,
        maxBytesInFlightTotal,
        writeHighWaterBytes,
        idleMs,
        firstBytesMs,
        patienceMs,
        shutdownMs);
  }

  public NetConfig withTimes(long otherIdleMs, long otherFirstBytesMs) {
    return new NetConfig(
        host,
        port,
        ioThreads,
        maxConnections,
        maxFrameBytes,
        maxFirstFrameBytes,
        maxRequestsInFlight,
        maxBytesInFlight,
        maxBytesInFlightTotal,
        writeHighWaterBytes,
        otherIdleMs,
        otherFirstBytesMs,
        patienceMs,
        shutdownMs);
  }
}
