package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = "Shows one with its partitions.")
final class DestinationDescribe implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Override
  public Integer call() {
    JsonNode detail = server.client().get(DestinationCommand.path(name));
    PrintWriter out = spec.commandLine().getOut();
    if (server.json()) {
      out.println(detail);
      return ExitCodes.OK;
    }
    out.printf("%-12s %s%n", "id", detail.path("id").asText());
    detail
        .path("row")
        .properties()
        .forEach(field -> out.printf("%-12s %s%n", field.getKey(), text(field.getValue())));
    out.println();
    Table table = new Table("PARTITION", "START", "END", "SIZE");
    for (JsonNode partition : detail.path("partitions")) {
      table.row(
          partition.path("partition").asInt(),
          partition.path("startOffset").asLong(),
          partition.path("endOffset").asLong(),
          Units.bytes(partition.path("sizeBytes").asLong()));
    }
    table.print(out);
    return ExitCodes.OK;
  }

  private static String text(JsonNode value) {
    return value.isNull() ? "-" : value.asText();
  }
}
