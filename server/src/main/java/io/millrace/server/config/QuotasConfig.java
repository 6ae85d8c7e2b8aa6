package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * How the use of clients is measured against their quotas.
 *
 * @param samples pieces of time over which a rate is measured
 * @param sampleMs how long each of them is
 */
public record QuotasConfig(
    @Setting(
            value = "11",
            unit = "samples",
            meaning =
                "Pieces of time over which rates are measured. What a client does not use of its"
                    + " quota in so many of them it may use in a burst. Kafka: `quota.window.num`.")
        @Min(value = 2, message = "must be between 2 and 100")
        @Max(value = 100, message = "must be between 2 and 100")
        int samples,
    @Setting(
            value = "1s",
            unit = "ms",
            meaning = "How long each of these is. Kafka: `quota.window.size.seconds`.")
        @Min(value = 10, message = "must be between 10 ms and 1 h")
        @Max(value = 3_600_000, message = "must be between 10 ms and 1 h")
        long sampleMs) {}
