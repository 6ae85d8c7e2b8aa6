package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/**
 * The HTTP port: health, metrics, admin API and console.
 *
 * @param host address to bind
 * @param port 0 takes a free one
 * @param allowedHosts names under which the console may be opened, divided by commas
 * @param openMetrics whether metrics need no token beyond loopback either
 * @param threads of the HTTP server, at most
 * @param maxStreams event streams open at once
 * @param maxSessions browsers logged in at once
 * @param sessionIdleMinutes a session unused for so long ends
 * @param maxBodyBytes of a request
 * @param maxMeteredDestinations queues and topics with metrics of their own
 */
public record AdminConfig(
    @Setting(
            value = "127.0.0.1",
            meaning =
                "Address of the HTTP port. Anything but a loopback address needs"
                    + " `network.allow-insecure-bind`.")
        @NotBlank(message = "must name an address, such as 127.0.0.1")
        String host,
    @Setting(
            value = "8080",
            meaning =
                "HTTP port of console, admin API, health and metrics. 0 takes a free one and"
                    + " prints it.")
        @Min(value = 0, message = "must be between 0 (a free port) and 65535")
        @Max(value = 65535, message = "must be between 0 (a free port) and 65535")
        int port,
    @Setting(
            value = "",
            meaning =
                "Host names, divided by commas, under which the console may be opened beside"
                    + " `localhost`. Others are refused, so that a foreign web page cannot reach it.")
        String allowedHosts,
    @Setting(
            value = "false",
            meaning =
                "Whether `/metrics` needs no token where `admin.host` is no loopback address. On"
                    + " loopback it never needs one.")
        boolean openMetrics,
    @Setting(value = "12", unit = "threads", meaning = "Threads of the HTTP port, at most.")
        @Min(value = 4, message = "must be between 4 and 256")
        @Max(value = 256, message = "must be between 4 and 256")
        int threads,
    @Setting(
            value = "64",
            unit = "streams",
            meaning = "Live lists and tails that may be open at once.")
        @Min(value = 1, message = "must be between 1 and 10000")
        @Max(value = 10_000, message = "must be between 1 and 10000")
        int maxStreams,
    @Setting(
            value = "64",
            unit = "sessions",
            meaning =
                "Browsers that may be logged in at once; the one unused for longest gives way.")
        @Min(value = 1, message = "must be between 1 and 10000")
        @Max(value = 10_000, message = "must be between 1 and 10000")
        int maxSessions,
    @Setting(
            value = "480",
            unit = "minutes",
            meaning = "A browser that asks for nothing for so long is logged out.")
        @Min(value = 1, message = "must be between 1 and 1440")
        @Max(value = 1440, message = "must be between 1 and 1440")
        int sessionIdleMinutes,
    @Setting(
            value = "2097152",
            unit = "bytes",
            meaning = "The largest request that the admin API takes, such as a message to be sent.")
        @Min(value = 16_384, message = "must be between 16384 and 67108864")
        @Max(value = 67_108_864, message = "must be between 16384 and 67108864")
        int maxBodyBytes,
    @Setting(
            value = "1000",
            unit = "destinations",
            meaning =
                "Queues and topics with metrics of their own; beyond that the first by name have"
                    + " them.")
        @Min(value = 0, message = "must be between 0 and 100000")
        @Max(value = 100_000, message = "must be between 0 and 100000")
        int maxMeteredDestinations) {}
