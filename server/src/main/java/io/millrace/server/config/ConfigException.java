package io.millrace.server.config;

import java.util.List;

/** The configuration cannot be used. Its message names every fault and what to do about it. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    super(message);
  }

  static ConfigException of(List<String> faults) {
    return new ConfigException(
        faults.size() == 1
            ? faults.get(0)
            : faults.size()
                + " faults in the configuration:\n  - "
                + String.join("\n  - ", faults));
  }
}
