package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists consumer groups.")
final class GroupList implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Override
  public Integer call() {
    JsonNode groups = server.client().get(GroupCommand.PATH).path("groups");
    if (server.json()) {
      spec.commandLine().getOut().println(groups);
      return ExitCodes.OK;
    }
    Table table = new Table("GROUP", "STATE", "PROTOCOL");
    for (JsonNode group : groups) {
      table.row(
          group.path("id").asText(),
          group.path("state").asText(),
          group.path("protocolType").asText());
    }
    table.print(spec.commandLine().getOut());
    return ExitCodes.OK;
  }
}
