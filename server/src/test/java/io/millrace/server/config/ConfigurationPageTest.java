package io.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the reference page and the sample file against the records. */
class ConfigurationPageTest {
  private static final Pattern ROW = Pattern.compile("^\\| `[a-z-]+(?:\\.[a-z-]+)+` \\|.*");

  private static String row(ConfigKey key) {
    String value = key.defaultValue().isEmpty() ? "*(none)*" : "`" + key.defaultValue() + "`";
    return "| `" + key.name() + "` | " + value + " | " + key.unit() + " | " + key.meaning() + " |";
  }

  @Test
  void thePageListsEverySettingWithDefaultUnitAndMeaning() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("../docs/configuration.md")).stream()
            .filter(line -> ROW.matcher(line).matches())
            .toList();

    List<String> expected = ConfigKey.all().stream().map(ConfigurationPageTest::row).toList();

    assertThat(rows).containsExactlyElementsOf(expected);
  }

  @Test
  void everySettingIsExplainedInASentence() {
    assertThat(ConfigKey.all())
        .allSatisfy(key -> assertThat(key.meaning()).matches("(?s)[A-Z0-9`].{10,}\\."));
  }

  @Test
  void theSampleFileIsAcceptedAndNamesOnlyDefaults() throws IOException {
    Path sample = Path.of("src/main/dist/conf/millrace.properties");
    assertThat(ConfigReader.read(List.of(ConfigSource.file(sample))))
        .isEqualTo(ServerConfig.of(java.util.Map.of()));

    Properties commented = new Properties();
    StringBuilder text = new StringBuilder();
    Files.readAllLines(sample).stream()
        .filter(line -> line.matches("#[a-z-]+(\\.[a-z-]+)+ = .*"))
        .forEach(line -> text.append(line.substring(1)).append('\n'));
    commented.load(new java.io.StringReader(text.toString()));
    assertThat(commented).isNotEmpty();
    ConfigKey.all().stream()
        .filter(key -> commented.containsKey(key.name()))
        .forEach(key -> assertThat(commented.remove(key.name())).isEqualTo(key.defaultValue()));
    assertThat(commented).as("names that are no settings").isEmpty();
  }
}
