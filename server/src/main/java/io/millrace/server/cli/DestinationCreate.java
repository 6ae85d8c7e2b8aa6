package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
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
    name = "create",
    mixinStandardHelpOptions = true,
    description = "Creates one. Kafka clients see either kind as a topic of that name.")
final class DestinationCreate implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @ParentCommand private @Nullable DestinationCommand parent;
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "NAME", description = "1 to 249 letters, digits, '.', '_' and '-'.")
  private String name = "";

  @Option(names = "--partitions", paramLabel = "N", description = "Partitions. Default: 1")
  private @Nullable Integer partitions;

  @Option(
      names = "--durability",
      paramLabel = "WHEN",
      description =
          "When a message counts as stored: fsync (on the disk), os (at the operating system) or"
              + " memory. Default: the server's")
  private @Nullable String durability;

  @Option(
      names = "--config",
      paramLabel = "KEY=VALUE",
      description = "A setting by its Kafka or millrace.* name; may be repeated.")
  private Map<String, String> config = new LinkedHashMap<>();

  @Override
  public Integer call() {
    String kind = parent == null ? "queue" : parent.kind();
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("name", name);
    request.put("kind", kind);
    if (partitions != null) {
      request.put("partitions", partitions);
    }
    if (durability != null) {
      request.put("durability", durability);
    }
    if (!config.isEmpty()) {
      request.put("config", config);
    }
    JsonNode created = server.client().post(DestinationCommand.PATH, request);
    PrintWriter out = spec.commandLine().getOut();
    out.println(server.json() ? created.toString() : "created " + kind + " " + name);
    return ExitCodes.OK;
  }
}
