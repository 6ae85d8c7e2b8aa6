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
 * @param allowInsecureBind whether a bind beyond loopback is wanted without TLS
 */
public record NetworkConfig(
    @Setting(
            value = "127.0.0.1",
            meaning =
                "Address to listen on. Anything but a loopback address needs"
                    + " `network.allow-insecure-bind`.")
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
            value = "false",
            meaning =
                "Allows `network.host` and `admin.host` to be reachable from other machines"
                    + " although nothing is encrypted and Kafka and JMS clients need no password.")
        boolean allowInsecureBind) {}
