package io.millrace.server.cli;

/** What the commands on queues and those on topics have in common. */
abstract class DestinationCommand {
  static final String PATH = "/api/v1/destinations";

  /** {@code queue} or {@code topic}. */
  abstract String kind();

  static String path(String name) {
    return PATH + "/" + AdminClient.segment(name);
  }
}
