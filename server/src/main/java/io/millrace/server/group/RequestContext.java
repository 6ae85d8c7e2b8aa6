package io.millrace.server.group;

/**
 * Who asks.
 *
 * @param clientId as the client calls itself; may be empty
 * @param clientHost address of the client, for people
 * @param apiVersion the version of the request, on which some answers depend
 */
public record RequestContext(String clientId, String clientHost, int apiVersion) {}
