package io.millrace.server.door.admin.model;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** A user's password from now on. */
public record NewPassword(
    @NotNull(message = "is missing")
        @Size(min = 1, max = 1024, message = "must have 1 to 1024 characters")
        String password) {

  /** Without what is secret. */
  @Override
  public String toString() {
    return "NewPassword[]";
  }
}
