package io.millrace.server.config;

import jakarta.validation.ConstraintViolation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the validated configuration from its sources. Any thread; keeps nothing. */
public final class ConfigReader {
  private ConfigReader() {}

  private record Given(String text, String origin) {}

  /**
   * Reads the configuration.
   *
   * @param sources settings, later ones win
   * @throws ConfigException naming every setting that is unknown, unreadable or out of range
   */
  public static ServerConfig read(List<ConfigSource> sources) {
    Map<String, ConfigKey> keys = new LinkedHashMap<>();
    ConfigKey.all().forEach(key -> keys.put(key.name(), key));
    List<String> faults = new ArrayList<>();
    Map<String, Given> given = new LinkedHashMap<>();
    for (ConfigSource source : sources) {
      source
          .values()
          .forEach(
              (name, text) -> {
                if (keys.containsKey(name)) {
                  given.put(name, new Given(text, source.origin()));
                } else {
                  faults.add(unknown(name, source.origin(), keys.keySet()));
                }
              });
    }
    if (!faults.isEmpty()) {
      faults.sort(null);
      throw ConfigException.of(faults);
    }
    Map<String, Object> values = new LinkedHashMap<>();
    keys.forEach((name, key) -> values.put(name, value(key, given.get(name), faults)));
    if (!faults.isEmpty()) {
      throw ConfigException.of(faults);
    }
    ServerConfig config = build(values);
    validate(config, given);
    return config;
  }

  private static Object value(ConfigKey key, @Nullable Given given, List<String> faults) {
    if (given != null) {
      try {
        return ConfigValues.parse(key, given.text());
      } catch (IllegalArgumentException e) {
        faults.add(describe(key.name(), given.text(), given.origin()) + ": " + e.getMessage());
      }
    }
    return ConfigValues.parse(key, key.defaultValue());
  }

  private static ServerConfig build(Map<String, Object> values) {
    List<Object> sections = new ArrayList<>();
    for (RecordComponent section : ServerConfig.class.getRecordComponents()) {
      List<Object> arguments = new ArrayList<>();
      for (RecordComponent component : section.getType().getRecordComponents()) {
        Object value = values.get(ConfigKey.of(section, component).name());
        arguments.add(value);
      }
      sections.add(construct(section.getType(), arguments));
    }
    return (ServerConfig) construct(ServerConfig.class, sections);
  }

  private static Object construct(Class<?> type, List<Object> arguments) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw new ConfigException(String.valueOf(refused.getMessage()));
      }
      throw new IllegalStateException("cannot build " + type, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot build " + type, e);
    }
  }

  private static void validate(ServerConfig config, Map<String, Given> given) {
    Set<ConstraintViolation<ServerConfig>> violations = Checks.validator().validate(config);
    if (violations.isEmpty()) {
      return;
    }
    List<String> faults = new ArrayList<>();
    for (ConstraintViolation<ServerConfig> violation : violations) {
      String name = ConfigKey.kebab(violation.getPropertyPath().toString());
      Given from = given.get(name);
      faults.add(
          describe(
                  name,
                  String.valueOf(violation.getInvalidValue()),
                  from == null ? "the defaults" : from.origin())
              + ": "
              + violation.getMessage());
    }
    faults.sort(null);
    throw ConfigException.of(faults);
  }

  private static String describe(String name, String text, String origin) {
    return name + " = " + text + " (from " + origin + ")";
  }

  private static String unknown(String name, String origin, Set<String> known) {
    return "there is no setting "
        + name
        + " (from "
        + origin
        + ")"
        + Suggestions.nearest(name, known).map(near -> "; did you mean " + near + "?").orElse("");
  }
}
