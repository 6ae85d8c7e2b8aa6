package io.millrace.server.door.admin.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.millrace.kernel.Failures;
import io.millrace.log.StoreException;
import io.millrace.log.StoreFullException;
import io.millrace.server.door.admin.model.Problem;
import io.millrace.server.door.admin.port.RefusedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.eclipse.jetty.http.HttpException;

/** The admin door's one translation from exception to answer. */
final class ProblemMapper implements ExceptionMapper<Throwable> {

  @Override
  public Response toResponse(Throwable thrown) {
    Problem problem = problem(unwrap(thrown));
    Response.ResponseBuilder response =
        Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(Json.write(problem));
    if (problem.status() == 503 || problem.status() == 507) {
      response.header("Retry-After", 1);
    }
    return response.build();
  }

  private static Throwable unwrap(Throwable thrown) {
    Throwable error = thrown;
    while (error.getCause() != null
        && (error instanceof CompletionException || error instanceof ExecutionException)) {
      error = error.getCause();
    }
    return error;
  }

  private static Problem problem(Throwable error) {
    if (error instanceof InvalidInputException invalid) {
      return new Problem(
          "urn:millrace:problem:invalid-input",
          "Some input was refused",
          422,
          "Mend the fields named in 'errors' and send it again.",
          invalid.errors());
    }
    if (error instanceof RefusedException refused) {
      return refused(refused);
    }
    if (error instanceof JsonProcessingException json) {
      return malformed(json);
    }
    if (error instanceof WebApplicationException web) {
      return web.getCause() instanceof JsonProcessingException json
          ? malformed(json)
          : http(web.getResponse().getStatus());
    }
    if (error instanceof HttpException http) {
      return http(http.getCode());
    }
    if (error instanceof StoreFullException) {
      return Problem.of(
          507,
          "store-full",
          "The disk is full",
          "Free space on the data directory's disk, or delete destinations; then try again.");
    }
    Failures.report("the admin API", error);
    if (error instanceof StoreException) {
      return Problem.of(
          503,
          "store-unavailable",
          "The store could not do that",
          "Try again shortly. The server's log says what happened.");
    }
    return Problem.of(
        500,
        "internal",
        "The server failed at this",
        "This is a fault of the server; its log says more.");
  }

  private static Problem refused(RefusedException refused) {
    String detail = String.valueOf(refused.getMessage());
    return switch (refused.reason()) {
      case NOT_FOUND -> Problem.of(404, "not-found", "There is no such thing", detail);
      case CONFLICT -> Problem.of(409, "conflict", "This cannot be done as things are", detail);
      case INVALID -> Problem.of(422, "invalid-input", "Some input was refused", detail);
      case UNAVAILABLE -> Problem.of(503, "unavailable", "Not now", detail);
    };
  }

  private static Problem malformed(JsonProcessingException error) {
    String place =
        error.getLocation() == null
            ? ""
            : " (line "
                + error.getLocation().getLineNr()
                + ", column "
                + error.getLocation().getColumnNr()
                + ")";
    return Problem.of(
        400, "malformed", "The body is not the JSON expected", error.getOriginalMessage() + place);
  }

  private static Problem http(int status) {
    return switch (status) {
      case 404 ->
          Problem.of(
              404,
              "not-found",
              "There is no such thing",
              "See /api/v1/openapi.json for what there is.");
      case 405 ->
          Problem.of(
              405,
              "method-not-allowed",
              "That cannot be done here",
              "See /api/v1/openapi.json for what can.");
      case 406 ->
          Problem.of(
              406,
              "not-acceptable",
              "No such representation",
              "Accept application/json, or text/event-stream for streams.");
      case 413 ->
          Problem.of(413, "too-large", "The body is too large", "Send at most 2 MiB at once.");
      case 415 ->
          Problem.of(
              415,
              "unsupported-media-type",
              "The body must be JSON",
              "Send it with 'Content-Type: application/json'.");
      default -> Problem.of(status, "http", "The request failed", "HTTP status " + status + ".");
    };
  }
}
