package io.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {

  private static ConfigSource source(String origin, Map<String, String> values) {
    return new ConfigSource(origin, values);
  }

  @Test
  void hasDefaultsForEverything() {
    ServerConfig config = ServerConfig.of(Map.of());

    assertThat(config.network().host()).isEqualTo("127.0.0.1");
    assertThat(config.network().port()).isEqualTo(9092);
    assertThat(config.shards().count()).isEqualTo(8);
    assertThat(config.log().level()).isEqualTo(LoggingConfig.Level.INFO);
  }

  @Test
  void laterSourcesWin() {
    ServerConfig config =
        ConfigReader.read(
            List.of(
                source("a file", Map.of("network.port", "1111", "admin.port", "2222")),
                source("the environment", Map.of("network.port", "3333"))));

    assertThat(config.network().port()).isEqualTo(3333);
    assertThat(config.admin().port()).isEqualTo(2222);
  }

  @Test
  void readsSizesAndNamesInAnyCase() {
    ServerConfig config =
        ServerConfig.of(
            Map.of("log.max-file-bytes", "64 MiB", "log.level", "Debug", "log.file", "off"));

    assertThat(config.log().maxFileBytes()).isEqualTo(64L << 20);
    assertThat(config.log().level()).isEqualTo(LoggingConfig.Level.DEBUG);
    assertThat(config.log().file()).isFalse();
  }

  @Test
  void refusesAnUnknownNameAndSuggestsTheNearest() {
    assertThatThrownBy(() -> ServerConfig.of(Map.of("network.prot", "9092")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no setting network.prot")
        .hasMessageContaining("did you mean network.port?");
  }

  @Test
  void refusesAnUnknownVariableAndSuggestsTheNearest() {
    ConfigSource environment =
        ConfigSource.environment(Map.of("MILLRACE_NETWORK_PROT", "1", "PATH", "/bin"));

    assertThatThrownBy(() -> ConfigReader.read(List.of(environment)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("MILLRACE_NETWORK_PROT")
        .hasMessageContaining("did you mean network.port?");
  }

  @Test
  void takesSettingsFromTheEnvironmentAndLeavesTheLaunchersVariables() {
    ConfigSource environment =
        ConfigSource.environment(
            Map.of("MILLRACE_NETWORK_ALLOW_INSECURE_BIND", "true", "MILLRACE_HEAP", "1g"));

    assertThat(environment.values()).isEqualTo(Map.of("network.allow-insecure-bind", "true"));
  }

  @Test
  void namesEveryFaultWithItsOriginAndWhatIsExpected() {
    ConfigSource file = source("millrace.properties", Map.of("network.port", "many"));
    ConfigSource flags = source("--set", Map.of("log.level", "loud"));

    assertThatThrownBy(() -> ConfigReader.read(List.of(file, flags)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("2 faults")
        .hasMessageContaining(
            "network.port = many (from millrace.properties): expected a whole number")
        .hasMessageContaining("log.level = loud (from --set): expected one of error, warn, info");
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThatThrownBy(() -> ServerConfig.of(Map.of("network.port", "70000")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "network.port = 70000 (from the program): must be between 0 (a free port) and 65535");
  }

  @Test
  void refusesNumbersThatDoNotFit() {
    assertThatThrownBy(() -> ServerConfig.of(Map.of("network.port", "99999999999")))
        .hasMessageContaining("does not fit into 32 bits");
    assertThatThrownBy(() -> ServerConfig.of(Map.of("log.max-file-bytes", "99999999999g")))
        .hasMessageContaining("too large");
  }

  @Test
  void readsAFileAndSaysWhenThereIsNone(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("millrace.properties");
    Files.writeString(file, "# a comment\nnetwork.port = 7777\n");

    ServerConfig config = ConfigReader.read(List.of(ConfigSource.file(file)));

    assertThat(config.network().port()).isEqualTo(7777);
    assertThatThrownBy(() -> ConfigSource.file(directory.resolve("none.properties")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("there is no configuration file");
  }
}
