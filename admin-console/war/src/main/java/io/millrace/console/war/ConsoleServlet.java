package io.millrace.console.war;

import io.millrace.console.ConsoleAsset;
import io.millrace.console.ConsoleAssets;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Serves the console's files, as the server itself does. */
public final class ConsoleServlet extends HttpServlet {
  private final transient ConsoleAssets assets = new ConsoleAssets();

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<ConsoleAsset> found = assets.find(request.getServletPath());
    if (found.isEmpty()) {
      new Problem(
              404,
              "not-found",
              "There is nothing here",
              "The console is at the root of this application, the admin API at api/v1 below it.")
          .send(response);
      return;
    }
    ConsoleAsset asset = found.get();
    response.setHeader("Cache-Control", asset.cacheControl());
    response.setHeader("ETag", asset.etag());
    response.setHeader("Vary", "Accept-Encoding");
    @Nullable String known = request.getHeader("If-None-Match");
    if (known != null && known.contains(asset.etag())) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    @Nullable String accepted = request.getHeader("Accept-Encoding");
    byte[] body = asset.plain();
    if (asset.gzip().length > 0 && accepted != null && accepted.contains("gzip")) {
      response.setHeader("Content-Encoding", "gzip");
      body = asset.gzip();
    }
    response.setContentType(asset.mediaType());
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
