package io.millrace.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MillraceCommandTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void printsItsVersion() {
    CommandLineRun run = CommandLineRun.of("version", "--json");

    assertThat(run.exitCode()).isZero();
    assertThat(Json.parse(run.out()).path("version").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void suggestsACommandForAMistypedOne() {
    CommandLineRun run = CommandLineRun.of("strat");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("Did you mean").contains("millrace start");
  }

  @Test
  void refusesAnUnknownSettingBeforeAnythingStarts() {
    CommandLineRun run =
        CommandLineRun.of("start", "--data", directory.toString(), "--set", "network.prot=1");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("did you mean network.port?");
  }

  @Test
  void saysThatNoServerRuns() {
    String data = directory.toString();

    assertThat(CommandLineRun.of("status", "--data", data).exitCode())
        .isEqualTo(ExitCodes.NOT_RUNNING);
    assertThat(CommandLineRun.of("stop", "--data", data).exitCode())
        .isEqualTo(ExitCodes.NOT_RUNNING);
    CommandLineRun list = CommandLineRun.of("queue", "list", "--data", data);
    assertThat(list.exitCode()).isEqualTo(ExitCodes.NOT_RUNNING);
    assertThat(list.err()).contains("no server runs on " + data);
  }

  @Test
  void saysThatNothingAnswersThere() {
    CommandLineRun run =
        CommandLineRun.of("queue", "list", "--url", "http://127.0.0.1:1", "--token", "x");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.NOT_RUNNING);
    assertThat(run.err()).contains("no answer from http://127.0.0.1:1");
  }

  @Test
  void deletesNothingUnlessItWasConfirmed() {
    CommandLineRun run =
        CommandLineRun.of("queue", "delete", "orders", "--data", directory.toString());

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("confirm with --yes");
  }

  @Test
  void wantsEitherATextOrAFileToSend() {
    CommandLineRun run = CommandLineRun.of("send", "orders");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("either a TEXT or --lines FILE");
  }

  @Test
  void printsACompletionScriptThatKnowsTheCommands() {
    CommandLineRun run = CommandLineRun.of("completion");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("#!/usr/bin/env bash").contains("queue", "--background");
  }

  @Test
  void everyCommandAndOptionIsOnThePage() throws IOException {
    String page = Files.readString(Path.of("../docs/command-line.md"));
    List<String> missing = new ArrayList<>();
    collect(MillraceCommand.commandLine(), "millrace", page, missing);

    assertThat(missing).isEmpty();
  }

  private static void collect(CommandLine line, String name, String page, List<String> missing) {
    if (line.getCommandSpec().usageMessage().hidden()) {
      return;
    }
    if (line.getSubcommands().isEmpty() && !page.contains("`" + name)) {
      missing.add(name);
    }
    line.getCommandSpec().options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .filter(option -> !page.contains("`" + option.longestName()))
        .forEach(option -> missing.add(name + " " + option.longestName()));
    line.getSubcommands().forEach((sub, below) -> collect(below, name + " " + sub, page, missing));
  }
}
