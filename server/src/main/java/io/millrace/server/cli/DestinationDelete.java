package io.millrace.server.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = "Deletes one with every message in it.")
final class DestinationDelete implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @ParentCommand private @Nullable DestinationCommand parent;
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Override
  public Integer call() throws IOException {
    String what = (parent == null ? "queue" : parent.kind()) + " " + name;
    Confirmation.ask(what + " and its messages", name, yes);
    server.client().delete(DestinationCommand.path(name));
    spec.commandLine()
        .getOut()
        .println(server.json() ? Json.text(Map.of("deleted", name)) : "deleted " + what);
    return ExitCodes.OK;
  }
}
