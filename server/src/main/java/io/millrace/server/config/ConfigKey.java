package io.millrace.server.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A setting as users name it: {@code network.max-connections}, and in the environment {@code
 * MILLRACE_NETWORK_MAX_CONNECTIONS}.
 *
 * @param name the dotted name
 * @param type the type of the record's component: int, long, boolean, String or an enum
 * @param defaultValue the default as text
 * @param unit what a number counts, or empty
 * @param meaning what it does
 */
public record ConfigKey(
    String name, Class<?> type, String defaultValue, String unit, String meaning) {
  static final String ENVIRONMENT_PREFIX = "MILLRACE_";

  /** Every setting there is, in the order of the records. */
  public static List<ConfigKey> all() {
    List<ConfigKey> keys = new ArrayList<>();
    for (RecordComponent section : ServerConfig.class.getRecordComponents()) {
      for (RecordComponent component : section.getType().getRecordComponents()) {
        keys.add(of(section, component));
      }
    }
    return keys;
  }

  static ConfigKey of(RecordComponent section, RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException(component + " of " + section + " lacks @Setting");
    }
    Section named = section.getAnnotation(Section.class);
    String place = named == null ? kebab(section.getName()) : named.value();
    String name = place + "." + kebab(component.getName());
    return new ConfigKey(
        name, component.getType(), setting.value(), setting.unit(), setting.meaning());
  }

  /** How the environment names it. */
  public String environmentName() {
    return ENVIRONMENT_PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** {@code advertisedHost} as users write it: {@code advertised-host}. */
  static String kebab(String camel) {
    StringBuilder text = new StringBuilder();
    camel
        .chars()
        .forEach(
            c -> {
              if (Character.isUpperCase(c)) {
                text.append('-').append((char) Character.toLowerCase(c));
              } else {
                text.append((char) c);
              }
            });
    return text.toString();
  }
}
