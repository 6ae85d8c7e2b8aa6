package io.millrace.server.door.admin.model;

import io.millrace.server.door.admin.port.GroupSummary;
import java.util.List;

/** The consumer groups, by id. */
public record GroupList(List<GroupSummary> groups) {}
