package io.millrace.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "send",
    mixinStandardHelpOptions = true,
    description = "Sends text messages to a queue or topic, and waits until they are stored.")
final class SendCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "Queue or topic.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The message; with --lines the messages are the lines of a file.")
  private @Nullable String text;

  @Option(names = "--lines", paramLabel = "FILE", description = "Sends each line of a file.")
  private @Nullable Path lines;

  @Option(
      names = "--record",
      description = "Sends plain records, as a Kafka producer does, not JMS messages.")
  private boolean record;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Record key; the message group of a JMS message.")
  private @Nullable String key;

  @Option(
      names = "--property",
      paramLabel = "NAME=VALUE",
      description = "String property of a JMS message, header of a record; may be repeated.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException {
    List<String> texts = texts();
    AdminClient client = server.client();
    String path = DestinationCommand.path(name) + "/messages";
    PrintWriter out = spec.commandLine().getOut();
    try (ProgressBar progress = ProgressBar.ofConsole("sending", texts.size())) {
      for (String message : texts) {
        JsonNode sent = client.post(path, request(message));
        progress.advance();
        if (server.json()) {
          out.println(sent);
        } else if (texts.size() == 1) {
          out.printf(
              "stored in partition %d at offset %d%n",
              sent.path("partition").asInt(), sent.path("offset").asLong());
        }
      }
    }
    if (!server.json() && texts.size() != 1) {
      out.println("stored " + texts.size() + " messages");
    }
    return ExitCodes.OK;
  }

  private List<String> texts() throws IOException {
    if ((text == null) == (lines == null)) {
      throw new CommandFailure(ExitCodes.USAGE, "give either a TEXT or --lines FILE");
    }
    return lines == null
        ? List.of(text == null ? "" : text)
        : Files.readAllLines(lines, StandardCharsets.UTF_8);
  }

  private Map<String, Object> request(String message) {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("kind", record ? "record" : "jms");
    request.put("text", message);
    if (key != null) {
      request.put("key", key);
    }
    List<Map<String, Object>> named = new ArrayList<>();
    properties.forEach((property, value) -> named.add(named(property, value)));
    if (!named.isEmpty()) {
      request.put(record ? "headers" : "properties", named);
    }
    return request;
  }

  private Map<String, Object> named(String property, String value) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", property);
    entry.put("value", value);
    if (record) {
      entry.put("binary", false);
    } else {
      entry.put("type", "string");
    }
    return entry;
  }
}
