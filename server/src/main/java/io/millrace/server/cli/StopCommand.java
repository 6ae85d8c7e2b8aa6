package io.millrace.server.cli;

import io.millrace.server.boot.RunFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = "Ends the server of a data directory in order, and waits until it has ended.")
final class StopCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "Data directory. Default: ./data")
  private Path data = Path.of("data");

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to wait. Default: ${DEFAULT-VALUE}")
  private int timeoutSeconds;

  @Option(
      names = "--force",
      description = "Kills the server when it has not ended in time. Acknowledged data is safe.")
  private boolean force;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    ProcessHandle server =
        RunFile.read(data)
            .flatMap(RunFile::process)
            .orElseThrow(
                () ->
                    new CommandFailure(
                        ExitCodes.NOT_RUNNING,
                        "no server runs on " + data.toAbsolutePath().normalize()));
    server.destroy();
    if (!ended(server)) {
      if (!force) {
        throw new CommandFailure(
            ExitCodes.FAILED,
            "the server (process "
                + server.pid()
                + ") has not ended within "
                + timeoutSeconds
                + " s; wait longer with --timeout, or kill it with --force");
      }
      server.destroyForcibly();
      if (!ended(server)) {
        throw new CommandFailure(
            ExitCodes.FAILED, "the server (process " + server.pid() + ") cannot be killed");
      }
    }
    spec.commandLine().getOut().println("stopped pid=" + server.pid());
    return ExitCodes.OK;
  }

  private boolean ended(ProcessHandle server) throws InterruptedException, ExecutionException {
    try {
      server.onExit().get(timeoutSeconds, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
