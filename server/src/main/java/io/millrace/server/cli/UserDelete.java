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
    description = "Lets a user log in no more; connections that are open stay so.")
final class UserDelete implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "USER", description = "The name.")
  private String name = "";

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Override
  public Integer call() throws IOException {
    Confirmation.ask("user " + name, name, yes);
    server.client().delete(UserCommand.path(name));
    spec.commandLine()
        .getOut()
        .println(server.json() ? Json.text(Map.of("deleted", name)) : "deleted user " + name);
    return ExitCodes.OK;
  }
}
