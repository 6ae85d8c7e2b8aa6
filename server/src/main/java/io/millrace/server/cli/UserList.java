package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists users.")
final class UserList implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Override
  public Integer call() {
    JsonNode users = server.client().get(UserCommand.PATH).path("users");
    if (server.json()) {
      spec.commandLine().getOut().println(users);
      return ExitCodes.OK;
    }
    Table table = new Table("USER", "MECHANISMS");
    for (JsonNode user : users) {
      StringBuilder mechanisms = new StringBuilder();
      user.path("mechanisms")
          .forEach(
              each -> mechanisms.append(mechanisms.isEmpty() ? "" : ", ").append(each.asText()));
      table.row(user.path("name").asText(), mechanisms.toString());
    }
    table.print(spec.commandLine().getOut());
    return ExitCodes.OK;
  }
}
