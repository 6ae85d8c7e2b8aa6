package io.millrace.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.kernel.Failures;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {
  private final List<String> ended = new ArrayList<>();
  private final Lifecycle lifecycle = new Lifecycle();

  @Test
  void endsInTheOppositeOrderOfBeginning() {
    lifecycle.began("store", () -> ended.add("store"));
    lifecycle.began("shards", () -> ended.add("shards"));
    lifecycle.began("doors", () -> ended.add("doors"));

    lifecycle.close();
    lifecycle.close();

    assertThat(ended).containsExactly("doors", "shards", "store");
  }

  @Test
  void oneThatFailsToEndIsReportedAndKeepsNoOtherFromEnding() {
    long failures = Failures.count();
    lifecycle.began("store", () -> ended.add("store"));
    lifecycle.began(
        "shards",
        () -> {
          throw new IllegalStateException("cannot");
        });

    lifecycle.close();

    assertThat(ended).containsExactly("store");
    assertThat(Failures.count()).isEqualTo(failures + 1);
  }
}
