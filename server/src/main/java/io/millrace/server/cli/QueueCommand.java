package io.millrace.server.cli;

import picocli.CommandLine.Command;

@Command(
    name = "queue",
    mixinStandardHelpOptions = true,
    description = "Creates, lists, describes and deletes queues.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DestinationCreate.class,
      DestinationList.class,
      DestinationDescribe.class,
      DestinationDelete.class
    })
final class QueueCommand extends DestinationCommand {
  @Override
  String kind() {
    return "queue";
  }
}
