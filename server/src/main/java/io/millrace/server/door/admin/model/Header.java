package io.millrace.server.door.admin.model;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * A record header as it is stored.
 *
 * @param value its text, or null for a header without a value
 * @param binary whether {@code value} is base64 because the bytes are not UTF-8 text
 */
public record Header(
    @NotNull(message = "is missing")
        @Size(min = 1, max = 1000, message = "must be 1 to 1000 characters")
        String name,
    @Size(max = 100_000, message = "must be at most 100000 characters") @Nullable String value,
    boolean binary) {}
