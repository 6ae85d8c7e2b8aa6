package io.millrace.server.door.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.server.door.kafka.access.GuardTable;
import io.millrace.server.door.kafka.wire.Api;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is served that nobody has thought about: every API has a guard. */
@Timeout(60)
final class GuardTableTest {
  @TempDir Path directory;

  @Test
  void hasAGuardForEveryApiThatIsServed() throws Exception {
    try (RunningDoor server = new RunningDoor(directory)) {
      assertThat(new GuardTable(server.broker().catalog(), true).keys())
          .containsExactlyInAnyOrderElementsOf(
              server.door().apis().all().stream().map(Api::key).collect(Collectors.toSet()));
    }
  }
}
