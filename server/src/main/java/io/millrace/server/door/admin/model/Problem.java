package io.millrace.server.door.admin.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong and what to do about it, as RFC 9457 has it.
 *
 * @param type a name for this sort of problem that programs can rely on
 * @param title a few words, alike for each problem of the type
 * @param status the HTTP status
 * @param detail this problem, in a sentence or two that help
 * @param errors which inputs were refused, and why
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
    String type, String title, int status, String detail, @Nullable List<FieldError> errors) {

  /** The media type of problems. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** An input that was refused. */
  public record FieldError(String field, String message) {}

  public static Problem of(int status, String slug, String title, String detail) {
    return new Problem("urn:millrace:problem:" + slug, title, status, detail, null);
  }
}
