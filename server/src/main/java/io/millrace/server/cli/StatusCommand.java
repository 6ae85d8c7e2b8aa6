package io.millrace.server.cli;

import io.millrace.server.boot.RunFile;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Says whether a server runs on a data directory, and where.",
      "Exits with 0 when it does and with 3 when it does not."
    })
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ServerOptions server = new ServerOptions();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Optional<RunFile> running = server.runFile().filter(run -> run.process().isPresent());
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("running", running.isPresent());
    document.put("data", server.dataDir().toString());
    running.ifPresent(
        run -> {
          document.put("pid", run.pid());
          document.put("clients", run.nativeUri());
          document.put("http", run.httpUri());
        });
    if (server.json()) {
      out.println(Json.text(document));
    } else if (running.isPresent()) {
      document.remove("running");
      document.forEach((name, value) -> out.printf("%-8s %s%n", name, value));
    } else {
      out.println("no server runs on " + server.dataDir());
    }
    return running.isPresent() ? ExitCodes.OK : ExitCodes.NOT_RUNNING;
  }
}
