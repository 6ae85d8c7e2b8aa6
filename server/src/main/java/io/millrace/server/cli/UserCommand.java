package io.millrace.server.cli;

import picocli.CommandLine.Command;

@Command(
    name = "user",
    mixinStandardHelpOptions = true,
    description = "Adds, lists and deletes users, who log in as Kafka and JMS clients.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {UserList.class, UserAdd.class, UserPassword.class, UserDelete.class})
final class UserCommand {
  static final String PATH = "/api/v1/users";

  static String path(String name) {
    return PATH + "/" + AdminClient.segment(name);
  }
}
