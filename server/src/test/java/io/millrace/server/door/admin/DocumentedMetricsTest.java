package io.millrace.server.door.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the table of metrics in {@code docs/admin-api.md} against what {@code /metrics} shows. */
class DocumentedMetricsTest {
  private static final Pattern NAME = Pattern.compile("`(millrace_[a-z_]+)(?:\\{[a-z]+})?`");
  private static final Pattern SHOWN = Pattern.compile("(?m)^(millrace_[a-z_]+)");

  @Test
  void thePageNamesEveryMetricOfMillraceAndNoOther(@TempDir Path directory) throws Exception {
    try (RunningAdmin admin = new RunningAdmin(new InMemoryBroker(), directory)) {
      admin.post("/api/v1/destinations", "{\"name\":\"orders\",\"kind\":\"queue\"}");

      assertThat(all(SHOWN, admin.get("/metrics").body())).isEqualTo(documented());
    }
  }

  private static Set<String> documented() throws IOException {
    return all(NAME, Files.readString(Path.of("../docs/admin-api.md")));
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
