package io.millrace.server.cli;

import io.millrace.server.config.Version;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "version",
    mixinStandardHelpOptions = true,
    description = "Prints the version of Millrace and of the Java machine that runs it.")
final class VersionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    String java = Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
    if (json) {
      Map<String, String> document = new LinkedHashMap<>();
      document.put("version", Version.number());
      document.put("java", java);
      out.println(Json.text(document));
    } else {
      out.println("millrace " + Version.number());
      out.println("java " + java);
    }
    return ExitCodes.OK;
  }
}
