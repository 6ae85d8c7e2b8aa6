package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/**
 * The HTTP port: health, metrics, admin API and console.
 *
 * @param host address to bind
 * @param port 0 takes a free one
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
        int port) {}
