package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists them by name.")
final class DestinationList implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @ParentCommand private @Nullable DestinationCommand parent;
  @Mixin private ServerOptions server = new ServerOptions();

  @Override
  public Integer call() {
    String kind = parent == null ? "queue" : parent.kind();
    List<JsonNode> rows = new ArrayList<>();
    for (JsonNode row :
        server.client().get(DestinationCommand.PATH + "?limit=10000").path("destinations")) {
      if (row.path("kind").asText().endsWith(kind)) {
        rows.add(row);
      }
    }
    if (server.json()) {
      spec.commandLine().getOut().println(Json.text(rows));
      return ExitCodes.OK;
    }
    Table table =
        new Table(
            "NAME",
            "PARTITIONS",
            "DEPTH",
            "IN FLIGHT",
            "CONSUMERS",
            "IN/S",
            "OUT/S",
            "SIZE",
            "DURABILITY");
    for (JsonNode row : rows) {
      JsonNode depth = row.path("depth");
      table.row(
          row.path("name").asText(),
          row.path("partitions").asInt(),
          depth.isNumber() ? depth.asLong() : "-",
          row.path("inFlight").asLong(),
          row.path("consumers").asInt(),
          Math.round(row.path("rateIn").asDouble()),
          Math.round(row.path("rateOut").asDouble()),
          Units.bytes(row.path("sizeBytes").asLong()),
          row.path("durability").asText());
    }
    table.print(spec.commandLine().getOut());
    return ExitCodes.OK;
  }
}
