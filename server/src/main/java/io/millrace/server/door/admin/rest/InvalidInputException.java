package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.model.Problem.FieldError;
import java.util.List;

/** Input that was refused, with the reason for each field. */
final class InvalidInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<FieldError> errors;

  InvalidInputException(List<FieldError> errors) {
    super("invalid input: " + errors);
    this.errors = List.copyOf(errors);
  }

  InvalidInputException(String field, String message) {
    this(List.of(new FieldError(field, message)));
  }

  List<FieldError> errors() {
    return errors;
  }
}
