package io.millrace.server.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = "Forgets an empty consumer group and its committed offsets.")
final class GroupDelete implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "GROUP", description = "Its id.")
  private String group = "";

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Override
  public Integer call() throws IOException {
    Confirmation.ask("group " + group + " and its offsets", group, yes);
    server.client().delete(GroupCommand.path(group));
    spec.commandLine()
        .getOut()
        .println(server.json() ? Json.text(Map.of("deleted", group)) : "deleted group " + group);
    return ExitCodes.OK;
  }
}
