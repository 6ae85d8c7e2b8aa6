package io.millrace.server.door.admin.model;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A queue or topic to be made.
 *
 * @param durability fsync, os or memory; the server's default where it is missing
 * @param config settings by their Kafka or {@code millrace.} names
 */
public record CreateDestination(
    @NotNull(message = "is missing")
        @Pattern(
            regexp = "[A-Za-z0-9._-]{1,249}",
            message = "must be 1 to 249 letters, digits, dots, dashes or underscores")
        String name,
    @NotNull(message = "is missing")
        @Pattern(regexp = "queue|topic", message = "must be queue or topic")
        String kind,
    @Min(value = 1, message = "must be at least 1")
        @Max(value = 1000, message = "must be at most 1000")
        @Nullable Integer partitions,
    @Pattern(regexp = "fsync|os|memory", message = "must be fsync, os or memory")
        @Nullable String durability,
    @Size(max = 100, message = "must hold at most 100 settings")
        @Nullable
            Map<
                @Size(max = 249, message = "must be a name of at most 249 characters") String,
                @NotNull(message = "is missing")
                @Size(max = 1000, message = "must be at most 1000 characters") String>
            config) {}
