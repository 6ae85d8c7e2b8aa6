package io.millrace.console.war;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What went wrong here, and not at the server, in the form in which the server says it (RFC 9457).
 *
 * @param type the last part of the problem's type; a name that programs can rely on
 * @param title a few words
 * @param detail what to do about it; no text from outside
 */
record Problem(int status, String type, String title, String detail) {
  private static final String MEDIA_TYPE = "application/problem+json";

  /** Answers with it. The answer must not have begun. */
  void send(HttpServletResponse response) throws IOException {
    response.resetBuffer();
    response.setStatus(status);
    write(response, MEDIA_TYPE, json());
  }

  /** Writes the whole of a short answer. */
  static void write(HttpServletResponse response, String mediaType, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    response.setContentType(mediaType);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private String json() {
    return "{\"type\":\"urn:millrace:problem:"
        + type
        + "\",\"title\":\""
        + escaped(title)
        + "\",\"status\":"
        + status
        + ",\"detail\":\""
        + escaped(detail)
        + "\"}";
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
