package io.millrace.server.door.admin.model;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/** The admin token, exchanged for a session. */
public record Login(
    @NotNull(message = "is missing") @Size(max = 1000, message = "is too long") String token) {

  @Override
  public String toString() {
    return "Login[hidden]";
  }
}
