package io.millrace.server.door.admin.http;

import io.millrace.server.door.admin.model.Problem;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Says as a problem what the HTTP server itself refuses, instead of by a page with its innards. */
public final class ProblemErrorHandler extends ErrorHandler {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Object cause = request.getAttribute(ERROR_EXCEPTION);
    Replies.problem(
        response,
        callback,
        problem(cause instanceof HttpException http ? http.getCode() : response.getStatus()));
    return true;
  }

  private static Problem problem(int status) {
    return switch (status) {
      case 404 ->
          Problem.of(
              404,
              "not-found",
              "There is no such thing",
              "See /api/v1/openapi.json for what there is.");
      case 413 ->
          Problem.of(413, "too-large", "The body is too large", "Send at most 2 MiB at once.");
      case 500 ->
          Problem.of(
              500,
              "internal",
              "The server failed at this",
              "This is a fault of the server; its log says more.");
      default -> Problem.of(status, "http", "The request failed", "HTTP status " + status + ".");
    };
  }
}
