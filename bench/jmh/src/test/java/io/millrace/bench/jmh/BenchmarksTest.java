package io.millrace.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

class BenchmarksTest {

  /** With every combination of parameters; one that throws fails the run. */
  @Test
  void everyBenchmarkRuns() throws RunnerException {
    // given
    Options briefly =
        new OptionsBuilder()
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(10))
            .shouldFailOnError(true)
            .build();

    // when
    Collection<RunResult> results = new Runner(briefly).run();

    // then
    assertThat(results)
        .extracting(
            result -> result.getParams().getBenchmark().replaceAll(".*\\.(\\w+\\.\\w+)", "$1"))
        .contains(
            "AppendBenchmark.untilDurable",
            "BatchBenchmark.check",
            "BatchBenchmark.walk",
            "DispatchBenchmark.inTurn",
            "FrameBenchmark.decode",
            "FrameBenchmark.encode",
            "KernelBenchmark.mailbox",
            "KernelBenchmark.timerFires",
            "KernelBenchmark.timerTakenBack",
            "SettleBenchmark.inOrder",
            "SettleBenchmark.inRandomOrder");
    assertThat(results)
        .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore()).isPositive());
  }
}
