package io.millrace.console;

import java.util.Map;

/** What confines the console in a browser; whoever serves it sends these with every answer. */
public final class SecurityHeaders {
  /** Nothing but the console's own files and its own server; nobody may frame it. */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
          + " connect-src 'self'; manifest-src 'self'; form-action 'none'; base-uri 'none';"
          + " frame-ancestors 'none'";

  /** Values by header name. What may be cached says so itself, over this. */
  public static final Map<String, String> ALL =
      Map.of(
          "Content-Security-Policy", CONTENT_SECURITY_POLICY,
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "DENY",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Opener-Policy", "same-origin",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Permissions-Policy", "camera=(), geolocation=(), microphone=()",
          "Cache-Control", "no-store");

  private SecurityHeaders() {}
}
