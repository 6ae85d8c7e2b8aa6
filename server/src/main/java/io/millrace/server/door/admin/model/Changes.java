package io.millrace.server.door.admin.model;

import java.util.List;

/**
 * What changed in the list of destinations since the event before.
 *
 * @param rows new and changed ones, whole
 * @param removed names of those that are gone
 */
public record Changes(List<DestinationRow> rows, List<String> removed) {}
