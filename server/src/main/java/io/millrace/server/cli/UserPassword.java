package io.millrace.server.cli;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "password",
    mixinStandardHelpOptions = true,
    description = "Gives a user another password; connections that are open stay so.")
final class UserPassword implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();
  @Mixin private PasswordOption password = new PasswordOption();

  @Parameters(paramLabel = "USER", description = "The name.")
  private String name = "";

  @Override
  public Integer call() throws IOException {
    server
        .client()
        .change(UserCommand.path(name) + "/password", Map.of("password", password.read()));
    spec.commandLine()
        .getOut()
        .println(
            server.json()
                ? Json.text(Map.of("changed", name))
                : "changed the password of user " + name);
    return ExitCodes.OK;
  }
}
