package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(paramLabel = "NAME", description = "Queue or topic.")
  private String name = "";

  @Option(
      names = "--partition",
      paramLabel = "N",
      description = "Only this partition. Default: all of them")
  private @Nullable Integer partition;

  @Option(
      names = "--offset",
      paramLabel = "N",
      description = "Where to begin: an offset, 0 for the start. Default: what comes next")
  private @Nullable Long offset;

  @Option(names = "--count", paramLabel = "N", description = "Ends after so many messages.")
  private @Nullable Long count;

  @Override
  public Integer call() {
    Tails tails = new Tails(server.client(), DestinationCommand.path(name));
    List<Integer> partitions = partition == null ? tails.partitions() : List.of(partition);
    PrintWriter out = spec.commandLine().getOut();
    tails.follow(
        partitions,
        Optional.ofNullable(offset),
        count == null ? Long.MAX_VALUE : count,
        (from, message) -> {
          if (server.json()) {
            out.println(message.put("partition", from));
          } else {
            show(out, partitions.size() == 1 ? "" : from + ":", message);
          }
          out.flush();
        });
    return ExitCodes.OK;
  }

  /**
   * @param where stands before the offset
   */
  private static void show(PrintWriter out, String where, JsonNode message) {
    String key = message.path("key").path("data").asText("");
    out.printf(
        "%s%d  %s  %s%s%n",
        where,
        message.path("offset").asLong(),
        Instant.ofEpochMilli(message.path("timestampMs").asLong()),
        key.isEmpty() ? "" : "[" + key + "] ",
        message.path("body").path("data").asText("(no body)"));
  }
}
