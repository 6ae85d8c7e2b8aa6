package io.millrace.server.config;

import jakarta.validation.constraints.NotBlank;

/**
 * Where data lies.
 *
 * @param dataDir the data directory; created when missing; relative to the working directory
 */
public record StorageConfig(
    @Setting(
            value = "data",
            meaning =
                "Data directory: logs, journal, and `logs/` for the server's own messages."
                    + " Created when it is missing.")
        @NotBlank(message = "must name a directory")
        String dataDir) {}
