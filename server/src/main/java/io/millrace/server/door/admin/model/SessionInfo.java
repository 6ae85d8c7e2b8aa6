package io.millrace.server.door.admin.model;

/**
 * Who is logged in.
 *
 * @param csrfToken to be sent as {@code X-Millrace-CSRF} with each change; empty where a bearer
 *     token is used, which needs none
 */
public record SessionInfo(String principal, String csrfToken) {}
