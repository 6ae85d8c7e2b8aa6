package io.millrace.server.cli;

import picocli.CommandLine.Command;

@Command(
    name = "group",
    mixinStandardHelpOptions = true,
    description = "Lists, describes and deletes consumer groups.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {GroupList.class, GroupDescribe.class, GroupDelete.class})
final class GroupCommand {
  static final String PATH = "/api/v1/groups";

  static String path(String id) {
    return PATH + "/" + AdminClient.segment(id);
  }
}
