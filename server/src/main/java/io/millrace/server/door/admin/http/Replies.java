package io.millrace.server.door.admin.http;

import io.millrace.server.door.admin.model.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes short answers. */
final class Replies {
  private Replies() {}

  static void text(Response response, Callback callback, int status, String type, String body) {
    bytes(response, callback, status, type, body.getBytes(StandardCharsets.UTF_8));
  }

  static void bytes(Response response, Callback callback, int status, String type, byte[] body) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
  }

  static void problem(Response response, Callback callback, Problem problem) {
    text(response, callback, problem.status(), Problem.MEDIA_TYPE, json(problem));
  }

  /** The problems written here hold no text from outside, so that quoting is all they need. */
  private static String json(Problem problem) {
    return "{\"type\":\""
        + problem.type()
        + "\",\"title\":\""
        + problem.title()
        + "\",\"status\":"
        + problem.status()
        + ",\"detail\":\""
        + problem.detail().replace("\\", "\\\\").replace("\"", "\\\"")
        + "\"}";
  }
}
