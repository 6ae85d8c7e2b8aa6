package io.millrace.server.door.admin.model;

import io.millrace.server.door.admin.port.UserSummary;
import java.util.List;

/** Who can log in, by name. */
public record UserList(List<UserSummary> users) {}
