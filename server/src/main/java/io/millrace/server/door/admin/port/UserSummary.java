package io.millrace.server.door.admin.port;

import java.util.List;

/**
 * Somebody who can log in.
 *
 * @param mechanisms of SCRAM for which there are credentials
 */
public record UserSummary(String name, List<String> mechanisms) {}
