package io.millrace.server.door.admin.model;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** A user to be added. */
public record NewUser(
    @NotNull(message = "is missing")
        @Size(min = 1, max = 255, message = "must have 1 to 255 characters")
        String name,
    @NotNull(message = "is missing")
        @Size(min = 1, max = 1024, message = "must have 1 to 1024 characters")
        String password) {

  /** Without what is secret. */
  @Override
  public String toString() {
    return "NewUser[" + name + "]";
  }
}
