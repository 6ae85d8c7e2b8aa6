package io.millrace.server.door.admin.auth;

/**
 * One browser that logged in.
 *
 * @param id the cookie's secret
 * @param csrf must accompany each change that the browser asks for
 */
public record Session(String id, String csrf) {
  @Override
  public String toString() {
    return "Session[hidden]";
  }
}
