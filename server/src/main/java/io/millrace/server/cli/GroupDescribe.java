package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = "Shows a consumer group: its members, committed offsets and lag.")
final class GroupDescribe implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "GROUP", description = "Its id.")
  private String group = "";

  @Override
  public Integer call() {
    JsonNode detail = server.client().get(GroupCommand.path(group));
    PrintWriter out = spec.commandLine().getOut();
    if (server.json()) {
      out.println(detail);
      return ExitCodes.OK;
    }
    out.println("group    " + detail.path("id").asText());
    out.println("state    " + detail.path("state").asText());
    out.println();
    Table members = new Table("MEMBER", "CLIENT", "HOST", "ASSIGNMENT");
    for (JsonNode member : detail.path("members")) {
      StringJoiner assignment = new StringJoiner(" ");
      for (JsonNode partition : member.path("assignment")) {
        assignment.add(
            partition.path("topic").asText() + "-" + partition.path("partition").asInt());
      }
      members.row(
          member.path("id").asText(),
          member.path("clientId").asText(),
          member.path("host").asText(),
          assignment);
    }
    members.print(out);
    out.println();
    Table positions = new Table("TOPIC", "PARTITION", "OFFSET", "END", "LAG");
    for (JsonNode position : detail.path("positions")) {
      positions.row(
          position.path("topic").asText(),
          position.path("partition").asInt(),
          position.path("offset").asLong(),
          position.path("endOffset").asLong(),
          position.path("lag").asLong());
    }
    positions.print(out);
    return ExitCodes.OK;
  }
}
