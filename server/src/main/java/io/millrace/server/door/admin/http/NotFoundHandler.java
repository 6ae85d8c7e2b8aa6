package io.millrace.server.door.admin.http;

import io.millrace.server.door.admin.model.Problem;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers what nothing else did. */
public final class NotFoundHandler extends Handler.Abstract.NonBlocking {

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Replies.problem(
        response,
        callback,
        Problem.of(
            404,
            "not-found",
            "There is nothing here",
            "The console is at /, the admin API at /api/v1, health at /health/live and"
                + " /health/ready, metrics at /metrics."));
    return true;
  }
}
