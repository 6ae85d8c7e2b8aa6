package io.millrace.server.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Settings from one place.
 *
 * @param origin what to call that place in a message
 * @param values texts by dotted name
 */
public record ConfigSource(String origin, Map<String, String> values) {

  /** Variables that begin like settings but are read by the launcher or by the command line. */
  private static final Set<String> NOT_SETTINGS =
      Set.of(
          "MILLRACE_HOME",
          "MILLRACE_HEAP",
          "MILLRACE_OPTS",
          "MILLRACE_JAVA",
          "MILLRACE_TOKEN",
          "MILLRACE_URL",
          "MILLRACE_LAUNCHER");

  public ConfigSource {
    values = Map.copyOf(values);
  }

  /**
   * A properties file in UTF-8.
   *
   * @throws ConfigException when it cannot be read
   */
  public static ConfigSource file(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw new ConfigException("there is no configuration file " + file);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException("cannot read the configuration file " + file + ": " + e);
    }
    Map<String, String> values = new TreeMap<>();
    properties.stringPropertyNames().forEach(k -> values.put(k, properties.getProperty(k)));
    return new ConfigSource(file.toString(), values);
  }

  /** The variables {@code MILLRACE_…}. A name that is no setting stays as it is, to be refused. */
  public static ConfigSource environment(Map<String, String> environment) {
    Map<String, String> names = new LinkedHashMap<>();
    ConfigKey.all().forEach(key -> names.put(key.environmentName(), key.name()));
    Map<String, String> values = new TreeMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(ConfigKey.ENVIRONMENT_PREFIX) && !NOT_SETTINGS.contains(name)) {
            values.put(names.getOrDefault(name, name), value);
          }
        });
    return new ConfigSource("the environment", values);
  }
}
