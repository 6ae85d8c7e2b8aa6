package io.millrace.server.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

/** Holds the reference page of topic settings against the table in the code. */
class TopicSettingsPageTest {
  private static final Path PAGE = Path.of("../docs/topic-settings.md");

  private static String row(TopicConfigKey key) {
    return "| `"
        + key.name()
        + "` | "
        + key.type().name().toLowerCase(Locale.ROOT)
        + " | "
        + (key.defaultValue().isEmpty() ? "*(none)*" : "`" + key.defaultValue() + "`")
        + " | "
        + (key.hasEffect() ? key.documentation() + " |" : "*no effect* |");
  }

  @Test
  void thePageListsEverySettingInTheOrderOfTheTable() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `")).toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            TopicConfigKeys.all().stream().map(TopicSettingsPageTest::row).toList());
  }

  @Test
  void everyDefaultIsAcceptedByItsOwnCheck() {
    assertThat(TopicConfigKeys.all())
        .allSatisfy(
            key -> {
              if (!key.defaultValue().isEmpty()) {
                key.check(key.defaultValue());
              }
            });
  }

  @Test
  void everySettingThatKafkaHasIsKnown() throws IllegalAccessException {
    // A limit that nothing here would keep: better refused than taken.
    Set<String> left = Set.of("max.decompressed.message.bytes");
    List<String> unknown = new ArrayList<>();
    for (Field field : TopicConfig.class.getFields()) {
      if (field.getName().endsWith("_CONFIG")) {
        String name = String.valueOf(field.get(null));
        if (!left.contains(name) && TopicConfigKeys.find(name) == null) {
          unknown.add(name);
        }
      }
    }

    assertThat(unknown).isEmpty();
  }
}
