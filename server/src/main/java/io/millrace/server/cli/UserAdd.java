package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    description = "Adds somebody who can log in with a password.")
final class UserAdd implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private PasswordOption password = new PasswordOption();

  @Parameters(paramLabel = "USER", description = "The name, such as alice.")
  private String name = "";

  @Override
  public Integer call() throws IOException {
    JsonNode added =
        server.client().post(UserCommand.PATH, Map.of("name", name, "password", password.read()));
    spec.commandLine().getOut().println(server.json() ? added.toString() : "added user " + name);
    return ExitCodes.OK;
  }
}
