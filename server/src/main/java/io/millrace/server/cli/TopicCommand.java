package io.millrace.server.cli;

import picocli.CommandLine.Command;

@Command(
    name = "topic",
    mixinStandardHelpOptions = true,
    description = "Creates, lists, describes and deletes topics.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DestinationCreate.class,
      DestinationList.class,
      DestinationDescribe.class,
      DestinationDelete.class
    })
final class TopicCommand extends DestinationCommand {
  @Override
  String kind() {
    return "topic";
  }
}
