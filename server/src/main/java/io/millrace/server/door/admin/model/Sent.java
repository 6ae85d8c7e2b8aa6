package io.millrace.server.door.admin.model;

/** Where a message that was sent lies now, durably. */
public record Sent(int partition, long offset) {}
