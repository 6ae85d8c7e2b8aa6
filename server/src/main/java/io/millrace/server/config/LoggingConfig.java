package io.millrace.server.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * The server's own messages.
 *
 * @param level lowest level that is written
 * @param file whether to write {@code logs/millrace.log} in the data directory
 * @param maxFileBytes size at which a log file is rolled
 * @param keepFiles rolled files to keep
 */
public record LoggingConfig(
    @Setting(
            value = "info",
            meaning = "Lowest level that is written: `error`, `warn`, `info`, `debug`, `trace`.")
        Level level,
    @Setting(
            value = "true",
            meaning = "Writes `logs/millrace.log` in the data directory beside the console.")
        boolean file,
    @Setting(value = "10m", unit = "bytes", meaning = "Size at which the log file is rolled.")
        @Min(value = 65_536, message = "must be at least 64k")
        long maxFileBytes,
    @Setting(value = "10", unit = "files", meaning = "Rolled log files to keep.")
        @Min(value = 1, message = "must be between 1 and 1000")
        @Max(value = 1000, message = "must be between 1 and 1000")
        int keepFiles) {

  /** Levels of the server's messages. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }
}
