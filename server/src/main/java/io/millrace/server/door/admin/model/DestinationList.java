package io.millrace.server.door.admin.model;

import java.util.List;

/**
 * A part of the list of destinations, by name.
 *
 * @param total how many there are that fit the question
 */
public record DestinationList(int total, List<DestinationRow> destinations) {}
