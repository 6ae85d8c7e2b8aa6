package io.millrace.server.door.admin.model;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * A typed JMS property.
 *
 * @param type boolean, byte, short, int, long, float, double or string
 * @param value the value as text
 */
public record Property(
    @NotNull(message = "is missing")
        @Size(min = 1, max = 1000, message = "must be 1 to 1000 characters")
        String name,
    @NotNull(message = "is missing")
        @Pattern(
            regexp = "boolean|byte|short|int|long|float|double|string",
            message = "must be boolean, byte, short, int, long, float, double or string")
        String type,
    @NotNull(message = "is missing")
        @Size(max = 100_000, message = "must be at most 100000 characters")
        String value) {}
