package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/**
 * The port that Kafka and JMS clients connect to.
 *
 * @param host address to bind
 * @param port 0 takes a free one
 * @param advertisedHost what Kafka clients are told to connect to; empty for {@code host}
 * @param advertisedPort 0 for the bound port
 * @param ioThreads threads that move bytes; 0 chooses by the machine
 * @param maxConnections further ones are closed at once
 * @param maxFrameBytes a larger request closes its connection
 * @param idleMs a silent connection is closed after this time, in milliseconds; 0 never
 * @param allowInsecureBind whether a bind beyond loopback is wanted where clients prove nothing
 */
public record NetworkConfig(
    @Setting(
            value = "127.0.0.1",
            meaning =
                "Address to listen on. Anything but a loopback address needs"
                    + " `network.allow-insecure-bind`, or `tls.mode` at `required` and with it"
                    + " `auth.mode` or `tls.client-auth`.")
        @NotBlank(message = "must name an address, such as 127.0.0.1")
        String host,
    @Setting(
            value = "9092",
            meaning = "Port of Kafka and JMS clients alike. 0 takes a free one and prints it.")
        @Min(value = 0, message = "must be between 0 (a free port) and 65535")
        @Max(value = 65535, message = "must be between 0 (a free port) and 65535")
        int port,
    @Setting(
            value = "",
            meaning =
                "Host name that clients are told to connect to, when they reach the server by"
                    + " another name than `network.host`.")
        String advertisedHost,
    @Setting(
            value = "0",
            meaning = "Port that clients are told to connect to. 0 is the port listened on.")
        @Min(value = 0, message = "must be between 0 (the port listened on) and 65535")
        @Max(value = 65535, message = "must be between 0 (the port listened on) and 65535")
        int advertisedPort,
    @Setting(
            value = "0",
            unit = "threads",
            meaning = "Threads that move bytes. 0 is one for each processor.")
        @Min(value = 0, message = "must be between 0 (one for each processor) and 1024")
        @Max(value = 1024, message = "must be between 0 (one for each processor) and 1024")
        int ioThreads,
    @Setting(
            value = "10000",
            unit = "connections",
            meaning = "Connections that may be open; further ones are closed at once.")
        @Min(value = 1, message = "must be at least 1")
        int maxConnections,
    @Setting(
            value = "100m",
            unit = "bytes",
            meaning =
                "Largest request. A larger one closes its connection before anything is allocated"
                    + " for it, and so does one that stops half way: in every 30 s it must end or"
                    + " bring 256 KiB.")
        @Min(value = 65_536, message = "must be at least 64k")
        int maxFrameBytes,
    @Setting(
            value = "10min",
            unit = "ms",
            meaning =
                "A connection that is silent for so long is closed, and so is one whose client"
                    + " takes nothing of its answers for so long; 0 never closes it.")
        @Min(value = 0, message = "must be 0 (never) or a time")
        long idleMs,
    @Setting(
            value = "false",
            meaning =
                "Allows `network.host` and `admin.host` to be reachable from other machines"
                    + " although what they say may be read along the way, or anybody may connect.")
        boolean allowInsecureBind) {}
