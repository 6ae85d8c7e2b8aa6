package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the messages of a queue or topic as they arrive, and consumes nothing.",
      "Ends by Ctrl-C, or after --count messages."
    })
final class TailCommand implements Callable<Integer> {
  private static final String DATA = "data:";

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "NAME", description = "Queue or topic.")
  private String name = "";

  @Option(
      names = "--partition",
      paramLabel = "N",
      defaultValue = "0",
      description = "Partition. Default: ${DEFAULT-VALUE}")
  private int partition;

  @Option(
      names = "--offset",
      paramLabel = "N",
      description = "Where to begin: an offset, 0 for the start. Default: what comes next")
  private @Nullable Long offset;

  @Option(names = "--count", paramLabel = "N", description = "Ends after so many messages.")
  private @Nullable Long count;

  @Override
  public Integer call() {
    String path =
        DestinationCommand.path(name)
            + "/tail?partition="
            + partition
            + (offset == null ? "" : "&offset=" + offset);
    PrintWriter out = spec.commandLine().getOut();
    long left = count == null ? Long.MAX_VALUE : count;
    try (Stream<String> lines = server.client().events(path)) {
      Iterator<String> each = lines.iterator();
      while (left > 0 && each.hasNext()) {
        String line = each.next();
        if (line.startsWith(DATA)) {
          show(out, line.substring(DATA.length()).strip());
          left--;
        }
      }
    }
    return ExitCodes.OK;
  }

  private void show(PrintWriter out, String json) {
    if (server.json()) {
      out.println(json);
    } else {
      JsonNode message = Json.parse(json);
      JsonNode body = message.path("body");
      String key = message.path("key").path("data").asText("");
      out.printf(
          "%d  %s  %s%s%n",
          message.path("offset").asLong(),
          Instant.ofEpochMilli(message.path("timestampMs").asLong()),
          key.isEmpty() ? "" : "[" + key + "] ",
          body.path("data").asText("(no body)"));
    }
    out.flush();
  }
}
