package io.millrace.server.cli;

import io.millrace.server.config.ConfigException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The top of the command tree. */
@Command(
    name = "millrace",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    description = "A messaging server: JMS and Kafka clients on one durable log.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StartCommand.class,
      StopCommand.class,
      StatusCommand.class,
      VersionCommand.class,
      QueueCommand.class,
      TopicCommand.class,
      SendCommand.class,
      TailCommand.class,
      GroupCommand.class,
      UserCommand.class,
      CompletionCommand.class,
      RehearseCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:could not be done; the message says why",
      "2:the command line or the configuration is wrong",
      "3:no server is running there",
      "4:there is no such destination, group or user",
      "5:the token is missing or wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace start --data /var/lib/millrace --background",
      "  millrace queue create orders",
      "  millrace send orders 'first order'",
      "  millrace tail orders",
      "  source <(millrace completion)"
    })
public final class MillraceCommand {

  /** Runs one command and returns the process's exit code. */
  public static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new MillraceCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setExecutionExceptionHandler((failure, command, result) -> explain(failure, command));
    return line;
  }

  private static int explain(Exception failure, CommandLine command) throws Exception {
    PrintWriter err = command.getErr();
    if (failure instanceof CommandFailure refused) {
      err.println("millrace: " + refused.getMessage());
      return refused.exitCode();
    }
    if (failure instanceof ConfigException wrong) {
      err.println("millrace: " + wrong.getMessage());
      return ExitCodes.USAGE;
    }
    throw failure;
  }
}
