package io.millrace.server.door.admin;

import java.time.Duration;
import java.util.List;

/**
 * How the admin door is set up.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 takes a free one
 * @param allowedHosts names under which the console may be opened, beside those of the loopback
 *     interface
 * @param openMetrics whether {@code /metrics} needs no token
 * @param threads of the HTTP server, at most
 * @param maxStreams event streams open at once
 * @param maxSessions browsers logged in at once
 * @param sessionIdle a session unused for so long ends
 * @param sessionLongest a session ends so long after its login in any case
 * @param maxBodyBytes of a request
 * @param maxMeteredDestinations destinations with metrics of their own
 */
public record AdminOptions(
    String host,
    int port,
    List<String> allowedHosts,
    boolean openMetrics,
    int threads,
    int maxStreams,
    int maxSessions,
    Duration sessionIdle,
    Duration sessionLongest,
    int maxBodyBytes,
    int maxMeteredDestinations) {
  public AdminOptions {
    allowedHosts = List.copyOf(allowedHosts);
  }

  /** What serves a machine of one's own: on loopback, with metrics for all who reach it. */
  public static AdminOptions onLoopback(int port) {
    return new AdminOptions(
        "127.0.0.1",
        port,
        List.of(),
        true,
        12,
        64,
        64,
        Duration.ofHours(8),
        Duration.ofHours(24),
        2 * 1024 * 1024,
        1000);
  }

  /** The same with another address to bind, under which the console may then be opened too. */
  public AdminOptions withHost(String address, List<String> names, boolean metricsOpen) {
    return new AdminOptions(
        address,
        port,
        names,
        metricsOpen,
        threads,
        maxStreams,
        maxSessions,
        sessionIdle,
        sessionLongest,
        maxBodyBytes,
        maxMeteredDestinations);
  }
}
