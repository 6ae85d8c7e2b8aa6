package io.millrace.server.door.admin.rest;

import io.millrace.server.door.admin.model.Problem.FieldError;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.util.Comparator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks each request's body against the constraints of its type before a resource sees it. */
final class ValidatingReader implements ReaderInterceptor {
  private static final Comparator<FieldError> BY_FIELD =
      Comparator.comparing(FieldError::field).thenComparing(FieldError::message);

  private final Validator validator;

  ValidatingReader(Validator validator) {
    this.validator = validator;
  }

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    @Nullable Object value = context.proceed();
    if (value == null) {
      throw new InvalidInputException("body", "is missing");
    }
    Set<ConstraintViolation<Object>> violations = validator.validate(value);
    if (!violations.isEmpty()) {
      throw new InvalidInputException(
          violations.stream().map(ValidatingReader::error).sorted(BY_FIELD).toList());
    }
    return value;
  }

  private static FieldError error(ConstraintViolation<Object> violation) {
    return new FieldError(violation.getPropertyPath().toString(), violation.getMessage());
  }
}
